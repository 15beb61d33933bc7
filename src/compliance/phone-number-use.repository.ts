import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../database/index.js';

/** What has been called from a number. */
export interface PhoneNumberUse {
  /** E.164. */
  phoneNumber: string;
  open: number;
  /** Of the open ones: they wait for their turn. */
  queued: number;
  /** Calls dialled since midnight (UTC) that the carrier had, and open ones that were or will be. What was never placed does not count. */
  today: number;
}

/** The latest ended calls from a number. */
export interface PhoneNumberAnswers {
  /** E.164. */
  phoneNumber: string;
  ended: number;
  answered: number;
}

const MIDNIGHT = `(date_trunc('day', clock_timestamp() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC')`;

/** Counts calls by the number they were made from. */
@Injectable()
export class PhoneNumberUseRepository {
  constructor(private readonly database: Database) {}

  /**
   * Holds these numbers until the transaction ends, in an order that is the same for all: what is counted meanwhile stays
   * true. A statement of its own, since the count must see what the lock waited for.
   */
  async lock(tx: Tx, workspaceId: string, phoneNumbers: string[]): Promise<void> {
    await this.database.query(
      `SELECT id FROM phone_numbers WHERE phone_number = ANY($1) AND workspace_id = $2
       ORDER BY id FOR NO KEY UPDATE`,
      [phoneNumbers, workspaceId],
      tx,
    );
  }

  /**
   * Of each number that is asked for, by the workspace's own calls. A call queued before midnight counts today: it is dialled today.
   * @param asked `upTo`: today's ended calls are counted so far and no further; they may be many
   */
  count(
    workspaceId: string,
    asked: { phoneNumber: string; upTo: number }[],
    tx?: Tx,
  ): Promise<PhoneNumberUse[]> {
    return this.database.query<PhoneNumberUse>(
      `WITH open AS MATERIALIZED (
         SELECT from_number, count(*)::int AS open, (count(*) FILTER (WHERE status = 'queued'))::int AS queued,
           (count(*) FILTER (WHERE status = 'queued' OR dialed_at >= ${MIDNIGHT}))::int AS today
         FROM calls WHERE ended_at IS NULL AND from_number = ANY($1::text[]) AND workspace_id = $3 GROUP BY from_number
       )
       SELECT n.number AS "phoneNumber", COALESCE(o.open, 0) AS open, COALESCE(o.queued, 0) AS queued,
         COALESCE(o.today, 0) + (SELECT count(*)::int FROM (
           SELECT 1 FROM calls c WHERE c.from_number = n.number AND c.workspace_id = $3 AND c.ended_at IS NOT NULL
             AND c.ended_at >= ${MIDNIGHT} AND c.dialed_at >= ${MIDNIGHT} AND c.carrier_sid IS NOT NULL
           LIMIT n.up_to) AS ended) AS today
       FROM unnest($1::text[], $2::int[]) AS n (number, up_to) LEFT JOIN open o ON o.from_number = n.number`,
      [asked.map(({ phoneNumber }) => phoneNumber), asked.map(({ upTo }) => upTo), workspaceId],
      tx,
    );
  }

  /**
   * The latest calls of each number, among those that ended within a time and after it last came back from a rest. Calls
   * that were canceled, or that the carrier never had, say nothing of who picks up.
   */
  answers(
    workspaceId: string,
    phoneNumbers: string[],
    o: { latestCalls: number; withinMs: number },
  ): Promise<PhoneNumberAnswers[]> {
    return this.database.query<PhoneNumberAnswers>(
      `SELECT n.phone_number AS "phoneNumber", count(latest.outcome)::int AS ended,
         (count(*) FILTER (WHERE latest.outcome = 'answered'))::int AS answered
       FROM phone_numbers n LEFT JOIN LATERAL (
         SELECT c.outcome FROM calls c WHERE c.from_number = n.phone_number AND c.workspace_id = n.workspace_id
           AND c.ended_at IS NOT NULL
           AND c.ended_at >= GREATEST(n.judged_from, clock_timestamp() - $2::float8 * interval '1 millisecond')
           AND c.carrier_sid IS NOT NULL AND c.outcome <> 'canceled'
         ORDER BY c.ended_at DESC LIMIT $3
       ) latest ON true
       WHERE n.phone_number = ANY($1) AND n.workspace_id = $4 GROUP BY n.phone_number`,
      [phoneNumbers, o.withinMs, o.latestCalls, workspaceId],
    );
  }
}
