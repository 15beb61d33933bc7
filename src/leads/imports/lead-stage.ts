import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { NewLead } from '../new-lead.js';

/** What COPY's text format gives a meaning of its own (Postgres manual, "COPY", File Formats). */
const SPECIAL = /[\\\t\n\r]/;
const ESCAPES: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };
const NULL = '\\N';

/** The rows of one file on their way to its staging table: one COPY, whatever its size. */
export class LeadStage {
  private rows = '';
  private failure: unknown;

  constructor(private readonly copy: Writable) {
    // Heard at the next flush: between two of them nobody listens.
    copy.on('error', (error) => (this.failure = error));
  }

  /** @param line of the file, from 1 */
  add(line: number, { id, phoneNumber, name, priority, timezone, metadata }: NewLead): void {
    const told = name === null ? NULL : escaped(name);
    this.rows += `${line}\t${id}\t${phoneNumber}\t${told}\t${priority}\t${timezone ?? NULL}\t${escaped(metadata)}\t${NULL}\t${NULL}\n`;
  }

  refuse(line: number, reason: string, cells: string[]): void {
    const nothing = `${NULL}\t`.repeat(6);
    this.rows += `${line}\t${nothing}${escaped(reason)}\t${escaped(JSON.stringify(cells))}\n`;
  }

  /** Sends what was added, and waits while Postgres has enough of it. @throws what Postgres says of it */
  async flush(): Promise<void> {
    this.check();
    const { rows } = this;
    this.rows = '';
    if (rows !== '' && !this.copy.write(rows)) await once(this.copy, 'drain');
  }

  async end(): Promise<void> {
    await this.flush();
    this.copy.end();
    await finished(this.copy);
  }

  /** Takes the COPY back. The transaction has failed then. */
  async abort(): Promise<void> {
    // Postgres has given it up by itself, or is gone.
    if (this.failure || this.copy.writableFinished) return;
    this.copy.destroy(new Error('The import was given up'));
    await finished(this.copy).catch(() => undefined);
  }

  private check(): void {
    if (this.failure) throw this.failure instanceof Error ? this.failure : new Error('The COPY failed');
  }
}

function escaped(text: string): string {
  if (!SPECIAL.test(text)) return text;
  return text.replace(/[\\\t\n\r]/g, (character) => ESCAPES[character] ?? character);
}
