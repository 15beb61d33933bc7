import { stringify } from 'csv-stringify/sync';
import type { Refusal } from './import-files.repository.js';

/** Columns before the file's own: where and why. An import leaves them out, so the corrected list can be sent as it is. */
export const REFUSAL_COLUMNS = ['import_line', 'import_error'];
/** Rows that go out together. */
const BATCH = 500;
/** Excel and its kin run a cell that begins so (OWASP, "CSV Injection"). */
const FORMULA = /^[=+\-@\t\r]/;
/** A phone number or a plain number computes to nothing else. */
const NUMBER = /^[+-]?[\d\s().-]*$/;

/** Rows that were refused, as they were written, with their line and reason; the mark makes Excel read UTF-8. */
export async function* refusedCsv(
  header: string[],
  refusals: AsyncIterable<Refusal>,
): AsyncGenerator<string> {
  yield `\ufeff${stringify([[...REFUSAL_COLUMNS, ...header.map(harmless)]])}`;
  let rows: string[][] = [];
  for await (const { line, reason, cells } of refusals) {
    rows.push([String(line), harmless(reason), ...cells.map(harmless)]);
    if (rows.length < BATCH) continue;
    yield stringify(rows);
    rows = [];
  }
  if (rows.length > 0) yield stringify(rows);
}

function harmless(cell: string): string {
  return FORMULA.test(cell) && !NUMBER.test(cell) ? `'${cell}` : cell;
}
