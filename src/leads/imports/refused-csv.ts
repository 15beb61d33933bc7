import { stringify } from 'csv-stringify/sync';
import { guardFormula } from '../../common/index.js';
import type { Refusal } from './import-files.repository.js';

/** Columns before the file's own: where and why. An import leaves them out, so the corrected list can be sent as it is. */
export const REFUSAL_COLUMNS = ['import_line', 'import_error'];
/** Rows that go out together. */
const BATCH = 500;

/** Rows that were refused, as they were written, with their line and reason; the mark makes Excel read UTF-8. */
export async function* refusedCsv(
  header: string[],
  refusals: AsyncIterable<Refusal>,
): AsyncGenerator<string> {
  yield `\ufeff${stringify([[...REFUSAL_COLUMNS, ...header.map(guardFormula)]])}`;
  let rows: string[][] = [];
  for await (const { line, reason, cells } of refusals) {
    rows.push([String(line), guardFormula(reason), ...cells.map(guardFormula)]);
    if (rows.length < BATCH) continue;
    yield stringify(rows);
    rows = [];
  }
  if (rows.length > 0) yield stringify(rows);
}
