import type { NewLead } from '../new-lead.js';

/** What COPY's text format gives a meaning of its own (Postgres manual, "COPY", File Formats). */
const SPECIAL = /[\\\t\n\r]/;
const ESCAPES: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };
const NULL = '\\N';
/** Characters; some 10,000 rows, a fifth of a second of Postgres's time: small enough for its cache of temporary tables. */
const PORTION = 1_000_000;

/** Rows that go to Postgres together, in COPY's text format: `leads` for lead_stage, `refused` for refused_stage. */
export interface Portion {
  leads: string;
  refused: string;
}

/**
 * The rows of one file on their way into their table, portion by portion: while Postgres stores one, the next is read, so
 * that both processors work. At most two portions are in memory, whatever the file's size.
 */
export class LeadStage {
  private leads = '';
  private refused = '';
  private storing: Promise<number> = Promise.resolve(0);
  private stored = 0;

  /** @param store answers how many leads of a portion are new; called for one portion at a time */
  constructor(private readonly store: (portion: Portion) => Promise<number>) {}

  /** @param line of the file, from 1 */
  add(line: number, { id, phoneNumber, name, priority, metadata }: NewLead): void {
    const told = name === null ? NULL : escaped(name);
    this.leads += `${line}\t${id}\t${phoneNumber}\t${told}\t${priority}\t${escaped(metadata)}\n`;
  }

  refuse(line: number, reason: string, cells: string[]): void {
    this.refused += `${line}\t${escaped(reason)}\t${escaped(JSON.stringify(cells))}\n`;
  }

  /** To be called now and then: sends what was added once it is a portion. @throws what became of the portion before */
  async flush(): Promise<void> {
    if (this.leads.length + this.refused.length >= PORTION) await this.send();
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
    const portion = { leads: this.leads, refused: this.refused };
    this.leads = '';
    this.refused = '';
    this.storing = this.store(portion);
    // Heard when the next portion is sent: until then nobody listens.
    this.storing.catch(() => undefined);
  }

  private async settle(): Promise<void> {
    this.stored += await this.storing;
    this.storing = Promise.resolve(0);
  }
}

function escaped(text: string): string {
  if (!SPECIAL.test(text)) return text;
  return text.replace(/[\\\t\n\r]/g, (character) => ESCAPES[character] ?? character);
}
