import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../../database/index.js';

/** Refused rows read at a time. */
const PAGE = 1000;

export interface Refusal {
  line: number;
  reason: string;
  cells: string[];
}

/** The bytes of files that wait, and the rows that were refused. */
@Injectable()
export class ImportFilesRepository {
  constructor(private readonly database: Database) {}

  async store(tx: Tx, importId: string, source: AsyncIterable<Buffer>): Promise<void> {
    let number = 0;
    for await (const bytes of source) {
      await this.database.run(
        `INSERT INTO lead_import_chunks (import_id, workspace_id, number, bytes)
         VALUES ($1, (SELECT workspace_id FROM lead_imports WHERE id = $1), $2, $3)`,
        [importId, number, bytes],
        tx,
      );
      number += 1;
    }
  }

  /** The file from its beginning, the next piece fetched while one is worked on. */
  async *read(importId: string): AsyncGenerator<Buffer> {
    let next = this.chunk(importId, 0);
    // A piece nobody waits for any more may fail unheard.
    next.catch(() => undefined);
    for (let number = 1; ; number += 1) {
      const bytes = await next;
      if (!bytes) return;
      next = this.chunk(importId, number);
      next.catch(() => undefined);
      yield bytes;
    }
  }

  async drop(tx: Tx, importId: string): Promise<void> {
    await this.database.run('DELETE FROM lead_import_chunks WHERE import_id = $1', [importId], tx);
  }

  /** All of them, by line, in bounded memory. */
  async *refusals(importId: string): AsyncGenerator<Refusal> {
    let after = 0;
    for (;;) {
      const rows = await this.database.query<Refusal>(
        `SELECT line, reason, cells FROM lead_import_refusals
          WHERE import_id = $1 AND line > $2 ORDER BY line LIMIT ${PAGE}`,
        [importId, after],
      );
      yield* rows;
      const last = rows.at(-1);
      if (!last || rows.length < PAGE) return;
      after = last.line;
    }
  }

  private async chunk(importId: string, number: number): Promise<Buffer | undefined> {
    const [row] = await this.database.query<{ bytes: Buffer }>(
      'SELECT bytes FROM lead_import_chunks WHERE import_id = $1 AND number = $2',
      [importId, number],
    );
    return row?.bytes;
  }
}
