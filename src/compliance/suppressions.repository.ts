import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { IsNull, type Repository, type SelectQueryBuilder } from 'typeorm';
import {
  cappedTotal,
  COUNT_CAP,
  sliceOf,
  startOf,
  type Page,
  type Paged,
  type Total,
} from '../common/index.js';
import { andOwn, Database, ofWorkspace, rowsIn, type Tx } from '../database/index.js';
import { Suppression } from './suppression.entity.js';

/** A suppression to be written down. */
export interface NewSuppression {
  id: string;
  /** E.164. */
  phoneNumber: string;
  reason: string | null;
  source: string | null;
  expiresAt: Date | null;
}

export type GoneSuppression = Pick<Suppression, 'phoneNumber' | 'campaignId' | 'source' | 'expiresAt'>;
/** Whose calls a suppression is about. */
export interface SuppressionScope {
  workspaceId: string;
  /** Null: of every campaign. */
  campaignId: string | null;
}

/** Which suppressions are meant; absent: any. */
export interface SuppressionFilter {
  /** E.164 or its beginning. */
  phoneNumber?: string;
  campaignId?: string;
  source?: string;
}

const COLUMNS = 'id, phone_number, reason, source, expires_at';
const ROWS = `SELECT ${COLUMNS} FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::timestamptz[])
  AS rows (${COLUMNS})`;

const NEWEST_FIRST = { name: 'suppressions', key: ['id'] } as const;

/** Of the digits' own order: the first text after every number that begins like this one. */
const AFTER_DIGITS = ':';

/** Rows of the do-not-call list. */
@Injectable()
export class SuppressionsRepository {
  constructor(
    @InjectRepository(Suppression) private readonly suppressions: Repository<Suppression>,
    private readonly database: Database,
  ) {}

  find(id: string): Promise<Suppression | null> {
    return this.suppressions.findOneBy({ id, ...ofWorkspace() });
  }

  /** Newest first. */
  async list(page: Page, filter: SuppressionFilter): Promise<Paged<Suppression>> {
    const { after, offset, take } = startOf(page, NEWEST_FIRST);
    const found = this.matching(filter).orderBy('s.id', 'DESC').offset(offset).limit(take);
    if (after) found.andWhere('s.id < :before', { before: String(after[0]) });
    const [rows, total] = await Promise.all([found.getMany(), this.count(filter)]);
    return { ...sliceOf(rows, page, NEWEST_FIRST, ({ id }) => [id]), ...total };
  }

  private async count(filter: SuppressionFilter): Promise<Total> {
    const found = this.matching(filter)
      .select('s.id')
      .limit(COUNT_CAP + 1);
    const [sql, parameters] = found.getQueryAndParameters();
    const [row] = await this.database.read<{ counted: number }>(
      `SELECT count(*)::int AS counted FROM (${sql}) AS found`,
      parameters,
    );
    return cappedTotal(row?.counted ?? 0);
  }

  /** Up to `limit` of them after the id `after`, oldest first. */
  following(after: string, limit: number, filter: SuppressionFilter): Promise<Suppression[]> {
    return this.matching(filter).andWhere('s.id > :after', { after }).orderBy('s.id').limit(limit).getMany();
  }

  /** Answers what it was; undefined when there is no such suppression. */
  async delete(tx: Tx, id: string): Promise<GoneSuppression | undefined> {
    const values = [id];
    const [gone] = await this.database.query<GoneSuppression>(
      `DELETE FROM suppressions WHERE id = $1${andOwn(values)}
       RETURNING phone_number AS "phoneNumber", campaign_id AS "campaignId", source, expires_at AS "expiresAt"`,
      values,
      tx,
    );
    return gone;
  }

  /** The entry of a number that was added in `tx`: nobody has lifted it yet. */
  added(tx: Tx, { workspaceId, campaignId }: SuppressionScope, phoneNumber: string): Promise<Suppression> {
    const where = { workspaceId, phoneNumber, campaignId: campaignId ?? IsNull() };
    return rowsIn(tx, Suppression).findOneByOrFail(where);
  }

  /** What matters here of a campaign; undefined when there is none. */
  async campaign(id: string): Promise<{ defaultCountry: string | null } | undefined> {
    const values = [id];
    const [campaign] = await this.database.query<{ defaultCountry: string | null }>(
      `SELECT default_country AS "defaultCountry" FROM campaigns WHERE id = $1${andOwn(values)}`,
      values,
    );
    return campaign;
  }

  /** Answers how many numbers had no entry yet. */
  add(tx: Tx, scope: SuppressionScope, entries: NewSuppression[]): Promise<number> {
    return this.addFrom(tx, scope, `(${ROWS}) AS wanted`, arraysOf(entries));
  }

  /** Makes a table only this transaction sees, gone when it ends: a file of any size waits there, not in memory. */
  async openStage(tx: Tx): Promise<void> {
    await this.database.run(
      `CREATE TEMP TABLE suppression_stage (id uuid, phone_number text, reason text, source text, expires_at timestamptz)
       ON COMMIT DROP`,
      [],
      tx,
    );
  }

  async stage(tx: Tx, entries: NewSuppression[]): Promise<void> {
    await this.database.run(`INSERT INTO suppression_stage (${COLUMNS}) ${ROWS}`, arraysOf(entries), tx);
  }

  addStaged(tx: Tx, scope: SuppressionScope): Promise<number> {
    return this.addFrom(tx, scope, 'suppression_stage AS wanted', []);
  }

  /**
   * Adds entries in one statement, in the order of their numbers: two that add the same numbers wait for each other and
   * never deadlock. A number that is there already keeps its entry; what is said anew of it is written over, but adding
   * never makes an entry end sooner.
   */
  private async addFrom(
    tx: Tx,
    { workspaceId, campaignId }: SuppressionScope,
    source: string,
    arrays: unknown[],
  ): Promise<number> {
    const [row] = await this.database.query<{ added: number }>(
      `WITH done AS (
         INSERT INTO suppressions AS known (campaign_id, workspace_id, created_at, updated_at, ${COLUMNS})
         SELECT DISTINCT ON (phone_number) $${arrays.length + 1}::uuid, $${arrays.length + 2}::uuid, statement_timestamp(), statement_timestamp(), ${COLUMNS}
           FROM ${source} ORDER BY phone_number, expires_at DESC NULLS FIRST
         ON CONFLICT (workspace_id, phone_number, campaign_id) DO UPDATE SET
           reason = COALESCE(EXCLUDED.reason, known.reason), source = COALESCE(EXCLUDED.source, known.source),
           expires_at = CASE WHEN known.expires_at IS NOT NULL AND EXCLUDED.expires_at IS NOT NULL
             THEN GREATEST(known.expires_at, EXCLUDED.expires_at) END,
           updated_at = statement_timestamp()
         RETURNING xmax = 0 AS is_new
       )
       SELECT (count(*) FILTER (WHERE is_new))::int AS added FROM done`,
      [...arrays, campaignId, workspaceId],
      tx,
    );
    return row?.added ?? 0;
  }

  private matching({ phoneNumber, campaignId, source }: SuppressionFilter): SelectQueryBuilder<Suppression> {
    const query = this.suppressions.createQueryBuilder('s').where('true');
    const own = ofWorkspace();
    if (own.workspaceId !== undefined) query.andWhere('s.workspace_id = :workspaceId', own);
    if (phoneNumber !== undefined) {
      // Spelled as a range: LIKE with a parameter uses the index only while the statement is planned anew each time.
      query.andWhere('s.phone_number ~>=~ :from AND s.phone_number ~<~ :to', {
        from: phoneNumber,
        to: phoneNumber + AFTER_DIGITS,
      });
    }
    if (source !== undefined) query.andWhere('s.source = :source', { source });
    if (campaignId !== undefined) query.andWhere('s.campaign_id = :campaignId', { campaignId });
    return query;
  }
}

function arraysOf(entries: NewSuppression[]): unknown[] {
  return [
    entries.map((entry) => entry.id),
    entries.map((entry) => entry.phoneNumber),
    entries.map((entry) => entry.reason),
    entries.map((entry) => entry.source),
    entries.map((entry) => entry.expiresAt),
  ];
}
