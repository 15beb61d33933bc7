import { ruleError } from '../common/index.js';
import type { CsvDialect } from './csv-dialect.js';
import { jsonObjectEnd } from './json-span.js';

/** Characters; a quote that is not closed within so many was no opening quote. */
const MAX_CELL = 65_536;
/** Characters; a file with a longer line is no CSV. */
const MAX_RECORD = 1_048_576;

/** A cell as proper CSV, and where the next thing (a delimiter, a line's end) begins. */
interface Cell {
  csv: string;
  end: number;
}

const JSON_START = /\{ *"/y;
const WRAPPED_JSON_START = /" *\{ *"(?!")/y;

/**
 * Makes proper CSV (RFC 4180) of what people write by hand, so that a strict parser reads it and a bad line spoils
 * only itself. Proper CSV passes unchanged.
 * - An unquoted JSON object is one cell, commas and quotes included: `+1…,Jo,1,{"a":1,"b":"x,y"}`.
 * - A quote that is never properly closed is a plain character: `"Jo,1` does not swallow the lines after it.
 * - Quotes within an unquoted cell are plain characters; spaces around a quoted cell are dropped.
 */
export class CsvMender {
  private held = '';

  constructor(private readonly dialect: CsvDialect) {}

  /** Takes the next piece of the file, answers the records that are whole by now. */
  push(text: string): string {
    return this.advance(this.held + text, false);
  }

  /** Answers what is left at the end of the file. */
  end(): string {
    return this.advance(this.held, true);
  }

  private advance(text: string, isLast: boolean): string {
    const { newline } = this.dialect;
    let mended = '';
    let at = 0;
    for (;;) {
      // Lines without a quote need no mending: they pass in one piece.
      const quote = text.indexOf('"', at);
      const clean = quote === -1 ? text.lastIndexOf(newline) : text.lastIndexOf(newline, quote);
      if (clean >= at) {
        mended += text.slice(at, clean + 1);
        at = clean + 1;
      }
      const record = quote === -1 ? undefined : new RecordScan(text, this.dialect, isLast).record(at);
      if (!record) break;
      mended += record.csv;
      at = record.end;
    }
    this.held = isLast ? '' : text.slice(at);
    if (this.held.length > MAX_RECORD) {
      throw ruleError('CSV_LINE_TOO_LONG', 'The file has a line that is too long for CSV');
    }
    return isLast ? mended + text.slice(at) : mended;
  }
}

/** One look at the text at hand; every method answers undefined when the end of the file is needed to tell. */
class RecordScan {
  private knownLineEnd = -1;

  constructor(
    private readonly text: string,
    private readonly dialect: CsvDialect,
    private readonly isLast: boolean,
  ) {}

  /** The record that begins at `start`, its line's end included. */
  record(start: number): Cell | undefined {
    let csv = '';
    let at = start;
    while (at < this.text.length) {
      const cell = this.cell(at);
      if (!cell) return undefined;
      const next = this.text.charAt(cell.end);
      csv += cell.csv + next;
      at = cell.end + 1;
      if (next === this.dialect.delimiter) continue;
      if (next === this.dialect.newline) return { csv, end: at };
      if (next === '\r') return { csv: `${csv}\n`, end: at + 1 };
    }
    return this.isLast ? { csv, end: this.text.length } : undefined;
  }

  private cell(start: number): Cell | undefined {
    const at = this.skipSpaces(start);
    if (this.matches(JSON_START, at)) return this.json(at, at);
    if (this.text.charAt(at) !== '"') return this.plain(start);
    const quoted = this.quoted(at);
    if (quoted !== 'broken') return quoted;
    return this.matches(WRAPPED_JSON_START, at)
      ? this.json(at, this.text.indexOf('{', at))
      : this.plain(start);
  }

  private quoted(start: number): Cell | 'broken' | undefined {
    const limit = start + MAX_CELL;
    let quote = this.text.indexOf('"', start + 1);
    while (quote !== -1 && quote <= limit && this.text.charAt(quote + 1) === '"') {
      quote = this.text.indexOf('"', quote + 2);
    }
    if (quote === -1 || quote > limit) return this.isLast || this.text.length > limit ? 'broken' : undefined;
    const end = this.skipSpaces(quote + 1);
    if (!this.isLast && end + 1 >= this.text.length) return undefined;
    return this.isCellEnd(end) ? { csv: this.text.slice(start, quote + 1), end } : 'broken';
  }

  /** An unquoted object from `brace` on, or one in quotes that were not doubled; else the whole rest of the line. */
  private json(start: number, brace: number): Cell | undefined {
    const lineEnd = this.lineEnd(start);
    if (lineEnd === undefined) return undefined;
    const close = jsonObjectEnd(this.text, brace, lineEnd);
    if (close !== undefined) {
      const isWrapped = brace > start;
      const end = this.skipSpaces(close + (isWrapped ? this.closingQuote(close) : 0));
      if (end <= lineEnd && this.isCellEnd(end)) return { csv: quote(this.text.slice(brace, close)), end };
    }
    return { csv: quote(this.text.slice(start, lineEnd)), end: lineEnd };
  }

  private plain(start: number): Cell | undefined {
    const lineEnd = this.lineEnd(start);
    if (lineEnd === undefined) return undefined;
    let end = start;
    while (end < lineEnd && this.text.charAt(end) !== this.dialect.delimiter) end += 1;
    const written = this.text.slice(start, end);
    return { csv: written.includes('"') ? quote(written) : written, end };
  }

  /**
   * Where the line's end mark begins; the end of the text if it is the file's. Remembered: looking again for each cell
   * would cost the square of the line's length.
   */
  private lineEnd(from: number): number | undefined {
    if (from <= this.knownLineEnd) return this.knownLineEnd;
    const { newline } = this.dialect;
    const end = this.text.indexOf(newline, from);
    if (end === -1 && !this.isLast) return undefined;
    const isCrlf = newline === '\n' && end > from && this.text.charAt(end - 1) === '\r';
    this.knownLineEnd = end === -1 ? this.text.length : end - (isCrlf ? 1 : 0);
    return this.knownLineEnd;
  }

  private isCellEnd(at: number): boolean {
    if (at >= this.text.length) return true;
    const character = this.text.charAt(at);
    if (character === this.dialect.delimiter || character === this.dialect.newline) return true;
    return character === '\r' && this.text.charAt(at + 1) === '\n';
  }

  private closingQuote(at: number): number {
    return this.text.charAt(at) === '"' ? 1 : 0;
  }

  private skipSpaces(from: number): number {
    let at = from;
    while (this.text.charAt(at) === ' ') at += 1;
    return at;
  }

  private matches(pattern: RegExp, at: number): boolean {
    pattern.lastIndex = at;
    return pattern.test(this.text);
  }
}

function quote(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
