import { parse } from 'csv-parse/sync';
import { detectDialect, type CsvDialect } from './csv-dialect.js';
import { CsvMender } from './csv-mender.js';
import { readText } from './csv-text.js';

/** One row that is not blank. */
export interface CsvRow {
  /** The line of the file it begins on, from 1. */
  line: number;
  cells: string[];
}

export interface CsvFile {
  /** The first row that is not blank. */
  header: CsvRow;
  /** The rows after it, in batches as they are read (about a thousand at a time). */
  batches: AsyncIterable<CsvRow[]>;
}

/** Characters; a header that is not whole by then is none. */
const MAX_HEADER = 65_536;

/**
 * Opens a CSV file for reading once, in bounded memory: UTF-8 or UTF-16, any of comma, semicolon, tab and pipe, any line
 * ends, multi-line cells; what is not quite CSV is mended line by line (see CsvMender).
 * @throws DomainError when the file as a whole cannot be read, here or while the batches are read: `FILE_EMPTY`,
 * `FILE_NOT_TEXT`, `FILE_NOT_UTF8`, `CSV_LINE_TOO_LONG`
 */
export async function openCsv(source: AsyncIterable<Uint8Array>): Promise<CsvFile> {
  const batches = readRows(source);
  const first = await batches.next();
  const rows = first.done ? [] : first.value;
  const header = rows[0] ?? { line: 1, cells: [] };
  return { header, batches: following(rows.slice(1), batches) };
}

async function* following(rows: CsvRow[], rest: AsyncIterable<CsvRow[]>): AsyncGenerator<CsvRow[]> {
  if (rows.length > 0) yield rows;
  yield* rest;
}

/** Batches of rows, none of them empty. */
async function* readRows(source: AsyncIterable<Uint8Array>): AsyncGenerator<CsvRow[]> {
  let reader: RowReader | undefined;
  let head = '';
  for await (const text of readText(source)) {
    head += text;
    reader ??= RowReader.for(head, head.length > MAX_HEADER);
    if (!reader) continue;
    const rows = reader.push(head);
    head = '';
    if (rows.length > 0) yield rows;
  }
  reader ??= RowReader.for(head, true);
  const rows = reader ? [...reader.push(head), ...reader.end()] : [];
  if (rows.length > 0) yield rows;
}

/** Text in, rows out, counting lines. */
class RowReader {
  private readonly mender: CsvMender;
  private line: number;

  private constructor(
    private readonly dialect: CsvDialect,
    private skip: number,
  ) {
    this.mender = new CsvMender(dialect);
    this.line = skip > 0 ? 2 : 1;
  }

  static for(head: string, isAll: boolean): RowReader | undefined {
    const dialect = detectDialect(head, isAll);
    return dialect && new RowReader(dialect, dialect.skip);
  }

  push(text: string): CsvRow[] {
    const rows = this.rows(this.mender.push(text.slice(this.skip)));
    this.skip = 0;
    return rows;
  }

  end(): CsvRow[] {
    return this.rows(this.mender.end());
  }

  private rows(csv: string): CsvRow[] {
    const records = parse(csv, {
      delimiter: this.dialect.delimiter,
      record_delimiter: this.dialect.newline === '\n' ? ['\r\n', '\n'] : '\r',
      relax_column_count: true,
    });
    return records
      .map((cells) => ({ line: this.startOf(cells), cells }))
      .filter((row) => row.cells.some((cell) => cell.trim() !== ''));
  }

  /** The line a record begins on; moves on to where the next one does. */
  private startOf(cells: string[]): number {
    const start = this.line;
    this.line += 1;
    for (const cell of cells) {
      if (cell.includes(this.dialect.newline)) this.line += cell.split(this.dialect.newline).length - 1;
    }
    return start;
  }
}
