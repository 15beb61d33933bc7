import { Injectable } from '@nestjs/common';
import { addToCounters, type NumberCap } from '../campaigns/index.js';
import { Database, type Tx } from '../database/index.js';
import { spanMsOf } from './rules/number-cap.js';

/** A lead, or the call just claimed for it, that has to wait until its number may be called again. */
export interface Held {
  id: string;
  nextAttemptAt: Date;
}

/** When the call to a number was placed that decides under a cap. */
export interface DecidingCall {
  phoneNumber: string;
  placedAt: Date;
}

/** A call that counts under a cap. */
export interface CountedCall {
  id: string;
  campaignId: string;
  placedAt: Date;
  outcome: string | null;
}

/** Leads made ready in one statement. */
const BATCH = 5000;

/** The predicate of ix_calls_placed_number: calls the carrier took, once they are over. */
const PLACED = 'carrier_sid IS NOT NULL AND ended_at IS NOT NULL';

/** What the cap per number reads and writes, each a statement over a batch. */
@Injectable()
export class NumberCapRepository {
  constructor(private readonly database: Database) {}

  /**
   * For each number that was called at least `cap.attempts` times within the span, by any campaign of the workspace: its
   * `attempts`-th latest call. The index is walked backwards over as many entries a number; a count would read all of them.
   * Calls to one number never overlap, so the order of their ends is that of their beginnings. Times are rounded up to a
   * millisecond, so that no call comes early.
   */
  deciding(campaignId: string, phoneNumbers: string[], cap: NumberCap, tx?: Tx): Promise<DecidingCall[]> {
    return this.database.query<DecidingCall>(
      `SELECT n.number AS "phoneNumber", date_trunc('milliseconds', p.placed_at) + interval '1 millisecond' AS "placedAt"
       FROM unnest($2::text[]) AS n (number)
       CROSS JOIN LATERAL (
         SELECT COALESCE(dialed_at, created_at) AS placed_at FROM calls WHERE phone_number = n.number AND ${PLACED}
           AND ended_at > statement_timestamp() - $4::float8 * interval '1 millisecond'
           AND workspace_id = (SELECT workspace_id FROM campaigns WHERE id = $1)
         ORDER BY ended_at DESC OFFSET $3::int - 1 LIMIT 1
       ) AS p`,
      [campaignId, phoneNumbers, cap.attempts, spanMsOf(cap)],
      tx,
    );
  }

  /** The latest calls to a number that count under a cap, as many as decide and no more than `limit`; for a look. */
  counted(campaignId: string, phoneNumber: string, cap: NumberCap, limit: number): Promise<CountedCall[]> {
    return this.database.query<CountedCall>(
      `SELECT id, campaign_id AS "campaignId", COALESCE(dialed_at, created_at) AS "placedAt", outcome
       FROM calls WHERE phone_number = $2 AND ${PLACED}
         AND ended_at > statement_timestamp() - $4::float8 * interval '1 millisecond'
         AND workspace_id = (SELECT workspace_id FROM campaigns WHERE id = $1)
       ORDER BY ended_at DESC LIMIT $3`,
      [campaignId, phoneNumber, Math.min(cap.attempts, limit), spanMsOf(cap)],
    );
  }

  /** The numbers of calls this transaction has claimed. */
  claimed(tx: Tx, callIds: string[]): Promise<{ id: string; phoneNumber: string }[]> {
    return this.database.query(
      `SELECT id, phone_number AS "phoneNumber" FROM calls WHERE id = ANY($1::uuid[])`,
      [callIds],
      tx,
    );
  }

  /** Takes back calls that this transaction has just claimed, as if they had never been; their leads wait. */
  async takeBack(tx: Tx, campaignId: string, calls: Held[]): Promise<void> {
    await this.database.run(
      `WITH gone AS (
         DELETE FROM calls USING unnest($2::uuid[], $3::timestamptz[]) AS held (id, until)
         WHERE calls.id = held.id AND calls.status = 'queued' RETURNING lead_id, until
       ), waiting AS (
         UPDATE leads SET status = 'pending', attempts = GREATEST(0, attempts - 1), next_attempt_at = until,
           blocked_reason = 'number_cap' FROM gone WHERE leads.id = gone.lead_id RETURNING leads.id
       ), difference AS (
         SELECT $1::uuid AS campaign_id, n AS pending, - n AS calling, 0 AS completed, 0 AS failed,
           0 AS successful_calls, 0 AS failed_calls, 0 AS talk_ms, 0 AS spend_micros
         FROM (SELECT count(*) AS n FROM waiting) AS moves WHERE n > 0
       )
       ${addToCounters('difference')}`,
      [campaignId, calls.map((call) => call.id), calls.map((call) => call.nextAttemptAt)],
      tx,
    );
  }

  /** Up to `BATCH` leads that wait for a cap become ready, in the order of their ids. @returns the last one's, null: no more */
  async release(campaignId: string, after: string): Promise<string | null> {
    const [row] = await this.database.query<{ last: string | null }>(
      `WITH waiting AS MATERIALIZED (
         SELECT id FROM leads WHERE campaign_id = $1 AND id > $2 AND blocked_reason = 'number_cap'
         ORDER BY id LIMIT ${BATCH} FOR UPDATE
       ), ready AS (
         UPDATE leads SET next_attempt_at = NULL, blocked_reason = NULL FROM waiting
         WHERE leads.id = waiting.id AND leads.status = 'pending'
       )
       SELECT (SELECT id FROM waiting ORDER BY id DESC LIMIT 1) AS last`,
      [campaignId, after],
    );
    return row?.last ?? null;
  }
}
