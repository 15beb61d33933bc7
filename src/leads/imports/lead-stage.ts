import type { NewLead } from '../new-lead.js';

/** What COPY's text format gives a meaning of its own (Postgres manual, "COPY", File Formats). */
const SPECIAL = /[\\\t\n\r]/;
const ESCAPES: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };
const NULL = '\\N';
/**
 * Bytes; some 10,000 rows, a fifth of a second of Postgres's time, within its cache of temporary tables. Of twice as many the
 * process needed 370 MB instead of 215. (Each is a subtransaction; beyond 64 others look those up, in memory, while it lasts.)
 */
const PORTION = 1024 * 1024;
/** Characters gathered as text. */
const PIECE = 32_768;
/** UTF-8 needs no more for one of JavaScript's characters. */
const BYTES_PER_CHARACTER = 3;

/** Rows that go to Postgres together, in COPY's text format: `leads` for lead_stage, `refused` for refused_stage. */
export interface Portion {
  leads: Buffer;
  refused: Buffer;
}

/**
 * The rows of one file on their way into their table, portion by portion: while Postgres stores one, the next is read, so
 * that both processors work. At most two portions are in memory, whatever the file's size.
 */
export class LeadStage {
  private filling = new Rows();
  private spare = new Rows();
  private storing: Promise<number> = Promise.resolve(0);
  private stored = 0;

  /** @param store answers how many leads of a portion are new; one portion at a time, its bytes are used again after it */
  constructor(private readonly store: (portion: Portion) => Promise<number>) {}

  /** @param line of the file, from 1 */
  add(line: number, { id, phoneNumber, name, priority, timezone, metadata }: NewLead): void {
    const told = name === null ? NULL : escaped(name);
    this.filling.leads.append(
      `${line}\t${id}\t${phoneNumber}\t${told}\t${priority}\t${timezone ?? NULL}\t${escaped(metadata)}\n`,
    );
  }

  refuse(line: number, reason: string, cells: string[]): void {
    this.filling.refused.append(`${line}\t${escaped(reason)}\t${escaped(JSON.stringify(cells))}\n`);
  }

  /** To be called now and then: sends what was added once it is a portion. @throws what became of the portion before */
  async flush(): Promise<void> {
    if (this.filling.size >= PORTION) await this.send();
  }

  /** Answers how many leads were new in all. */
  async end(): Promise<number> {
    await this.send();
    await this.settle();
    return this.stored;
  }

  /** Waits until Postgres is through with what it was given, so that it can be told to take it back. */
  async abort(): Promise<void> {
    await this.storing.catch(() => undefined);
  }

  private async send(): Promise<void> {
    await this.settle();
    this.storing = this.store(this.filling.take());
    // Heard when the next portion is sent: until then nobody listens.
    this.storing.catch(() => undefined);
    [this.filling, this.spare] = [this.spare, this.filling];
  }

  private async settle(): Promise<void> {
    this.stored += await this.storing;
    this.storing = Promise.resolve(0);
  }
}

class Rows {
  readonly leads = new TextBuffer();
  readonly refused = new TextBuffer();

  get size(): number {
    return this.leads.size + this.refused.size;
  }

  take(): Portion {
    return { leads: this.leads.take(), refused: this.refused.take() };
  }
}

/**
 * Text as bytes, in one buffer that is used again. As strings, 10,000 rows outlive the young generation of the heap by
 * being kept for so long: 750 bytes a row then waited for a full collection, and three files in a row came to 360 MB.
 */
class TextBuffer {
  private bytes: Buffer = Buffer.alloc(0);
  private length = 0;
  private text = '';

  get size(): number {
    return this.length + this.text.length;
  }

  append(text: string): void {
    this.text += text;
    if (this.text.length >= PIECE) this.encode();
  }

  /** What was appended, valid until something is appended again. */
  take(): Buffer {
    this.encode();
    const taken = this.bytes.subarray(0, this.length);
    this.length = 0;
    return taken;
  }

  private encode(): void {
    const most = this.length + this.text.length * BYTES_PER_CHARACTER;
    if (most > this.bytes.length) {
      const larger = Buffer.allocUnsafe(2 * most);
      this.bytes.copy(larger, 0, 0, this.length);
      this.bytes = larger;
    }
    this.length += this.bytes.write(this.text, this.length);
    this.text = '';
  }
}

function escaped(text: string): string {
  if (!SPECIAL.test(text)) return text;
  return text.replace(/[\\\t\n\r]/g, (character) => ESCAPES[character] ?? character);
}
