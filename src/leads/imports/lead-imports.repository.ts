import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { LessThan, type Repository } from 'typeorm';
import { sliceOf, startOf, type Page, type Paged } from '../../common/index.js';
import { Database, ofWorkspace, type Tx } from '../../database/index.js';
import { Outbox, QUEUED_FOR, recordEvents } from '../../journal/index.js';
import { LeadImport } from './lead-import.entity.js';
import type { ImportProgress, ImportResult } from './lead-importer.service.js';

/** An import of which nobody has been heard for so long may be begun again. Milliseconds, on the database's clock. */
const SILENT_MS = 5000;
const SILENT = `heard_at < clock_timestamp() - interval '${SILENT_MS} ms'`;
/** Its campaign's. */
const WORKSPACE = '(SELECT workspace_id FROM campaigns WHERE id = $2)';
const NEWEST_FIRST = { name: 'imports', key: ['id'] } as const;
/** Looked at in one tick. */
const MOST_SILENT = 100;

const ENDED = {
  type: `'import.' || (import_row).status`,
  row: 'import_row',
  campaignId: '(import_row).campaign_id',
  from: 'FROM ended WHERE true',
};

/** A file that was received. */
export interface NewImport {
  id: string;
  campaignId: string;
  fileName: string;
  bytes: number;
}

/** An import and the number of its latest job. */
export interface QueuedImport {
  id: string;
  queueSeq: number;
}

/** An import this process has taken on. */
export interface ClaimedImport {
  id: string;
  campaignId: string;
  attempts: number;
}

/** Rows of imports: their moves are single guarded statements, so of two processes one goes on. */
@Injectable()
export class LeadImportsRepository {
  constructor(
    @InjectRepository(LeadImport) private readonly imports: Repository<LeadImport>,
    private readonly database: Database,
    private readonly outbox: Outbox,
  ) {}

  async insertQueued(tx: Tx, { id, campaignId, fileName, bytes }: NewImport): Promise<void> {
    await this.database.run(
      `INSERT INTO lead_imports (id, campaign_id, workspace_id, status, file_name, bytes)
       VALUES ($1, $2, ${WORKSPACE}, 'queued', $3, $4)`,
      [id, campaignId, fileName, bytes],
      tx,
    );
  }

  /** Keeps a file that was imported at once. */
  async insertCompleted(tx: Tx, made: NewImport, result: ImportResult): Promise<void> {
    const { id, campaignId, fileName, bytes } = made;
    await this.end(
      tx,
      `INSERT INTO lead_imports (id, campaign_id, workspace_id, status, file_name, bytes, bytes_read, rows_read, stored, refused,
         duplicates, header, attempts, started_at, finished_at)
       VALUES ($1, $2, ${WORKSPACE}, 'completed', $3, $4, $4, $5, $6, $7, $8, $9, 1, now(), clock_timestamp())`,
      [id, campaignId, fileName, bytes, ...numbersOf(result)],
    );
  }

  find(campaignId: string, id: string): Promise<LeadImport | null> {
    return this.imports.findOneBy({ campaignId, id, ...ofWorkspace() });
  }

  /** Newest first. */
  async list(campaignId: string, page: Page): Promise<Paged<LeadImport>> {
    const { after, offset, take } = startOf(page, NEWEST_FIRST);
    const where = { campaignId, ...ofWorkspace() };
    const beyond = after ? { id: LessThan(String(after[0])) } : {};
    const [rows, total] = await Promise.all([
      this.imports.find({ where: { ...where, ...beyond }, order: { id: 'DESC' }, skip: offset, take }),
      this.imports.countBy(where),
    ]);
    return { ...sliceOf(rows, page, NEWEST_FIRST, ({ id }) => [id]), total };
  }

  /** Takes an import on, unless it is over or somebody else is at it. */
  async claim(id: string, holder: string): Promise<ClaimedImport | undefined> {
    const [row] = await this.database.query<ClaimedImport>(
      `UPDATE lead_imports
          SET status = 'running', holder = $2, attempts = attempts + 1, heard_at = clock_timestamp(),
              started_at = clock_timestamp(), bytes_read = 0, rows_read = 0, refused = 0
        WHERE id = $1 AND (status = 'queued' OR (status = 'running' AND ${SILENT}))
        RETURNING id, campaign_id AS "campaignId", attempts`,
      [id, holder],
    );
    return row;
  }

  /** A sign of life. Answers whether the import is still the holder's. */
  async beat(id: string, holder: string, { bytesRead, total, refused }: ImportProgress): Promise<boolean> {
    const { affected } = await this.database.run(
      `UPDATE lead_imports SET heard_at = clock_timestamp(), bytes_read = $3, rows_read = $4, refused = $5
        WHERE id = $1 AND holder = $2 AND status = 'running'`,
      [id, holder, bytesRead, total, refused],
    );
    return affected === 1;
  }

  /** In the transaction of the leads. Answers whether the import was still the holder's; if not, nothing may stay. */
  async complete(tx: Tx, id: string, holder: string, result: ImportResult): Promise<boolean> {
    return this.end(
      tx,
      `UPDATE lead_imports
          SET status = 'completed', holder = NULL, bytes_read = bytes, rows_read = $3, stored = $4, refused = $5,
              duplicates = $6, header = $7, finished_at = clock_timestamp()
        WHERE id = $1 AND holder = $2 AND status = 'running'`,
      [id, holder, ...numbersOf(result)],
    );
  }

  async fail(tx: Tx, id: string, holder: string, code: string, message: string): Promise<void> {
    await this.end(
      tx,
      `UPDATE lead_imports
          SET status = 'failed', holder = NULL, error_code = $3, error_message = $4, refused = 0, rows_read = 0,
              finished_at = clock_timestamp()
        WHERE id = $1 AND holder = $2 AND status = 'running'`,
      [id, holder, code, message],
    );
  }

  /** Gives an import back unfinished, so that the next worker need not wait for silence. */
  async giveBack(id: string, holder: string): Promise<void> {
    await this.database.run(
      `UPDATE lead_imports SET status = 'queued', holder = NULL, attempts = attempts - 1
        WHERE id = $1 AND holder = $2 AND status = 'running'`,
      [id, holder],
    );
  }

  /** Imports that wait, or whose worker may be gone. */
  silent(): Promise<QueuedImport[]> {
    return this.database.query(
      `SELECT id, queue_seq AS "queueSeq" FROM lead_imports
        WHERE status IN ('queued', 'running') AND ${SILENT} ORDER BY heard_at LIMIT ${MOST_SILENT}`,
    );
  }

  /** Numbers the next job; undefined if somebody else has, or the import has been heard of. */
  async requeue({ id, queueSeq }: QueuedImport): Promise<QueuedImport | undefined> {
    const [row] = await this.database.query<QueuedImport>(
      `UPDATE lead_imports SET queue_seq = queue_seq + 1
        WHERE id = $1 AND queue_seq = $2 AND status IN ('queued', 'running') AND ${SILENT}
        RETURNING id, queue_seq AS "queueSeq"`,
      [id, queueSeq],
    );
    return row;
  }

  /** A statement that ends an import, with its event. Answers whether it did. */
  private async end(tx: Tx, statement: string, values: unknown[]): Promise<boolean> {
    const [row] = await this.database.query<{ queuedFor: string[] }>(
      `WITH ended AS (${statement} RETURNING lead_imports AS import_row), ${recordEvents(ENDED)}
       SELECT ${QUEUED_FOR} AS "queuedFor" FROM ended`,
      values,
      tx,
    );
    this.outbox.ring(row?.queuedFor);
    return row !== undefined;
  }
}

function numbersOf({ total, stored, refused, duplicates, header }: ImportResult): unknown[] {
  return [total, stored, refused, duplicates, JSON.stringify(header)];
}
