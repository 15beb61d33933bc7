import { Injectable } from '@nestjs/common';
import { Database } from '../database/index.js';
import { IS_OPEN } from './open-calls.js';
import { isSuppressed } from './suppressed.js';

/** What is to be respected before a queued call may be placed. */
export interface PlacementPlan {
  campaignId: string;
  callDelay: number;
  /** Its part of the account's turns. */
  weight: number;
  /** The number it is made from, where that has a pace of its own. */
  numberId: string | null;
  /** Calls per second from that number. */
  numberCps: number | null;
  /** Calls of the campaign that wait for their turn before this one. */
  ahead: number;
}

/** A call whose placement this process holds. */
export interface PlacementOrder {
  id: string;
  campaignId: string;
  phoneNumber: string;
  fromNumber: string;
  queueSeq: number;
}

/** Somebody who holds a call's job asks to place it. */
export interface GuardAttempt {
  callId: string;
  /** Not where the campaign has a delay, which asks for a turn first. */
  onlyUnpaced: boolean;
}

/** Milliseconds after the guard within which the bytes of a placement must leave, or never. */
export const SEND_WITHIN_MS = 2000;

const GUARD = `WITH held AS MATERIALIZED (
    SELECT id FROM calls WHERE id = ANY($1::uuid[]) AND status = 'queued' ORDER BY id FOR NO KEY UPDATE
  ), moved AS (
    UPDATE calls c SET status = 'dialing', dialed_at = clock_timestamp(), heard_at = clock_timestamp(),
      send_by = clock_timestamp() + $2::float8 * interval '1 millisecond'
    FROM campaigns k
    WHERE c.id = ANY(ARRAY(SELECT id FROM held)) AND c.status = 'queued' AND k.id = c.campaign_id
      AND k.status = 'active' AND (c.dial_before IS NULL OR clock_timestamp() < c.dial_before)
      AND (clock_timestamp() >= LEAST(k.end_at, k.run_ends_at)) IS NOT TRUE
      AND (k.call_delay = 0 OR c.id <> ALL($3::uuid[])) AND NOT ${isSuppressed('c')}
    RETURNING c.id, c.workspace_id, c.campaign_id, c.phone_number, c.from_number, c.queue_seq, c.send_by
  ), told AS (
    INSERT INTO call_events (call_id, workspace_id, type, status, data)
    SELECT id, workspace_id, 'call.dialing', 'dialing', jsonb_build_object('sendBy', send_by) FROM moved
  )
  SELECT id, campaign_id AS "campaignId", phone_number AS "phoneNumber", from_number AS "fromNumber",
    queue_seq AS "queueSeq" FROM moved`;

/** The guarded moves around one placement, each a single statement with its event. */
@Injectable()
export class PlacementRepository {
  constructor(private readonly database: Database) {}

  /** Null: the call is not queued any more. */
  async plan(callId: string): Promise<PlacementPlan | null> {
    const [plan] = await this.database.query<PlacementPlan>(
      `SELECT c.campaign_id AS "campaignId", k.call_delay AS "callDelay", k.weight, n.id AS "numberId", n.cps AS "numberCps",
         CASE WHEN k.call_delay > 0 THEN (SELECT count(*)::int FROM calls w
           WHERE w.campaign_id = c.campaign_id AND w.id < c.id AND w.status = 'queued' AND w.${IS_OPEN}) ELSE 0 END AS ahead
       FROM calls c JOIN campaigns k ON k.id = c.campaign_id
       LEFT JOIN phone_numbers n ON n.workspace_id = c.workspace_id AND n.phone_number = c.from_number AND n.cps IS NOT NULL
       WHERE c.id = $1 AND c.status = 'queued'`,
      [callId],
    );
    return plan ?? null;
  }

  /**
   * `queued → dialing`, for several calls at once: of all who hold a job, however often it is delivered, exactly one goes
   * on. It holds only while the campaign is active and not at its end, the call's window is open and its number is not suppressed. Its commit
   * waits for the disk: nothing rings that a crashed Postgres would forget.
   *
   * A suppression that is committed while this statement runs may be too late for its snapshot. That does no harm: whoever
   * suppresses answers only after a look of its own at the calls (see `WithdrawalRepository.withdrawQueued`).
   * @returns an order for each call that this process is to place now
   */
  async begin(attempts: GuardAttempt[]): Promise<PlacementOrder[]> {
    return this.database.repeated<PlacementOrder>(GUARD, [
      attempts.map(({ callId }) => callId),
      SEND_WITHIN_MS,
      attempts.filter(({ onlyUnpaced }) => onlyUnpaced).map(({ callId }) => callId),
    ]);
  }

  /** `dialing → queued`, where it is certain that no phone rings. @returns the job's new number, null if not dialing */
  requeueDialing(callId: string, data: object): Promise<number | null> {
    return this.requeue(callId, 'dialing', data);
  }

  /** A queued call goes to the back of the queue under a new job id. */
  requeueQueued(callId: string, data: object): Promise<number | null> {
    return this.requeue(callId, 'queued', data);
  }

  private async requeue(callId: string, from: 'dialing' | 'queued', data: object): Promise<number | null> {
    const [row] = await this.database.query<{ seq: number }>(
      `WITH moved AS (
         UPDATE calls SET status = 'queued', queue_seq = queue_seq + 1, heard_at = clock_timestamp(), send_by = NULL
         WHERE id = $1 AND status = $2 RETURNING id, workspace_id, queue_seq
       ), told AS (
         INSERT INTO call_events (call_id, workspace_id, type, status, data)
         SELECT id, workspace_id, 'call.requeued', 'queued', $3::jsonb FROM moved
       )
       SELECT queue_seq AS seq FROM moved`,
      [callId, from, JSON.stringify(data)],
    );
    return row?.seq ?? null;
  }

  /** `dialing → unknown`: the answer was lost; the call keeps its slot and its number until the carrier is asked. */
  async lost(callId: string, data: object): Promise<void> {
    await this.database.run(
      `WITH moved AS (
         UPDATE calls SET status = 'unknown', heard_at = clock_timestamp(), error_code = $2::jsonb ->> 'code',
           error_message = $2::jsonb ->> 'message'
         WHERE id = $1 AND status = 'dialing' RETURNING id, workspace_id
       )
       INSERT INTO call_events (call_id, workspace_id, type, status, data)
       SELECT id, workspace_id, 'call.unknown', 'unknown', $2::jsonb FROM moved`,
      [callId, JSON.stringify(data)],
    );
  }
}
