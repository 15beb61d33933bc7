import { parse } from 'csv-parse/sync';
import { detectDialect, type CsvDialect } from './csv-dialect.js';
import { CsvMender } from './csv-mender.js';
import { TextFile, type TextEncoding } from './csv-text.js';

/** One row that is not blank. */
export interface CsvRow {
  /** The line of the file it begins on, from 1. */
  line: number;
  cells: string[];
}

export interface CsvFile {
  /** The first row that is not blank. */
  header: CsvRow;
  delimiter: string;
  /** Certain once the last batch has been read. */
  encoding(): TextEncoding;
  /** The rows after it, in batches as they are read (about a thousand at a time). */
  batches: AsyncIterable<CsvRow[]>;
}

/** Characters; a header that is not whole by then is none. */
const MAX_HEADER = 65_536;

/**
 * Opens a CSV file for reading once, in bounded memory: UTF-8, UTF-16 or Windows-1252, any of comma, semicolon, tab and
 * pipe, any line ends, multi-line cells; what is not quite CSV is mended line by line (see CsvMender).
 * @throws DomainError when the file as a whole cannot be read, here or while the batches are read: `FILE_EMPTY`,
 * `FILE_NOT_TEXT`, `FILE_NOT_UTF8`, `CSV_LINE_TOO_LONG`
 */
export async function openCsv(source: AsyncIterable<Uint8Array>): Promise<CsvFile> {
  const text = new TextFile(source);
  const reading = new Reading(text);
  const batches = reading.batches();
  const first = await batches.next();
  const rows = first.done ? [] : first.value;
  const header = rows[0] ?? { line: 1, cells: [] };
  return {
    header,
    delimiter: reading.delimiter,
    encoding: () => text.encoding,
    batches: following(rows.slice(1), batches),
  };
}

async function* following(rows: CsvRow[], rest: AsyncIterable<CsvRow[]>): AsyncGenerator<CsvRow[]> {
  if (rows.length > 0) yield rows;
  yield* rest;
}

class Reading {
  private reader: RowReader | undefined;

  constructor(private readonly text: TextFile) {}

  get delimiter(): string {
    return this.reader?.delimiter ?? ',';
  }

  /** Batches of rows, none of them empty. */
  async *batches(): AsyncGenerator<CsvRow[]> {
    let head = '';
    for await (const text of this.text.read()) {
      head += text;
      this.reader ??= RowReader.for(head, head.length > MAX_HEADER);
      if (!this.reader) continue;
      const rows = this.reader.push(head);
      head = '';
      if (rows.length > 0) yield rows;
    }
    this.reader ??= RowReader.for(head, true);
    const rows = this.reader ? [...this.reader.push(head), ...this.reader.end()] : [];
    if (rows.length > 0) yield rows;
  }
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

  get delimiter(): string {
    return this.dialect.delimiter;
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
