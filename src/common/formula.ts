/**
 * How a cell begins that a spreadsheet would run (https://owasp.org/www-community/attacks/CSV_Injection), the wide forms
 * of the same characters included; spaces before it do not stop every spreadsheet.
 */
const FORMULA = /^'*\s*[=+\-@\t\r\n＝＋－＠]/u;
/** A plus and digits alone compute to a number: E.164 stays as it is. */
const E164 = /^\+\d{7,15}$/;

/** The text as a cell that no spreadsheet runs: an apostrophe before what looks like a formula. */
export function guardFormula(text: string): string {
  return FORMULA.test(text) && !E164.test(text) ? `'${text}` : text;
}

/** Takes back what `guardFormula` did, so that what was exported can be imported again. */
export function unguardFormula(cell: string): string {
  return cell.startsWith("'") && FORMULA.test(cell.slice(1)) ? cell.slice(1) : cell;
}
