import type { Verdict } from './verdict.js';

const COLUMNS: readonly [title: string, of: (verdict: Verdict) => string][] = [
  ['scenario', ({ name }) => name],
  ['calls', ({ calls }) => String(calls)],
  ['faults survived', ({ faults }) => String(faults)],
  ['violations', ({ violations }) => String(violations.length)],
  ['healed after s', ({ healS }) => (healS === null ? '-' : String(healS))],
  ['dialed again after s', ({ resumeS }) => (resumeS === null ? '-' : String(resumeS))],
  ['took s', ({ tookS }) => String(tookS)],
];

/** As a table in Markdown, so that it can be put on a page as it is. */
export function tableOf(verdicts: readonly Verdict[]): string {
  const rows = [
    COLUMNS.map(([title]) => title),
    ...verdicts.map((each) => COLUMNS.map(([, of]) => of(each))),
  ];
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) => `| ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`);
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
  return [lines[0], rule, ...lines.slice(1)].join('\n');
}
