import { Injectable } from '@nestjs/common';
import { Database } from '../database/index.js';
import type { NewCallEvent } from './call-event.js';
import { callSourcesOf, isTerminal, type CallOutcome, type CallStatus } from './call.states.js';

/** One guarded move of a call. */
export interface CallMove {
  id: string;
  to: CallStatus;
  /** Fewer sources than the table allows; never more. */
  from?: CallStatus[];
  /** The carrier's SID: stored when none is known; a call that has another one is not moved. */
  carrierSid?: string;
  outcome?: CallOutcome;
  answeredBy?: string | null;
  durationMs?: number | null;
  errorCode?: string;
  errorMessage?: string;
}

/** What the rest of an ending needs to know of the call that moved. */
export interface MovedCall {
  id: string;
  campaignId: string;
  leadId: string | null;
  agentId: string | null;
  phoneNumber: string;
  carrierSid: string | null;
}

const MOVED_COLUMNS = `id, campaign_id AS "campaignId", lead_id AS "leadId", agent_id AS "agentId",
  phone_number AS "phoneNumber", carrier_sid AS "carrierSid"`;

/** The one guarded UPDATE of a call; its parameters are `movedBy`'s, $1 to $10. */
const MOVE = `UPDATE calls SET
    status = $2::text, outcome = $4::text, heard_at = clock_timestamp(),
    carrier_sid = COALESCE(carrier_sid, $5::text),
    answered_by = COALESCE($6::text, answered_by), duration_ms = COALESCE($7::integer, duration_ms),
    error_code = COALESCE($8::text, error_code), error_message = COALESCE($9::text, error_message),
    answered_at = CASE WHEN $2::text IN ('in-progress', 'completed')
      THEN COALESCE(answered_at, clock_timestamp() - COALESCE($7::integer, 0) * interval '1 millisecond') ELSE answered_at END,
    ended_at = CASE WHEN $10::boolean THEN clock_timestamp() END
  WHERE id = $1::uuid AND status = ANY($3::text[])
    AND ($5::text IS NULL OR carrier_sid = $5::text OR (carrier_sid IS NULL
      AND NOT EXISTS (SELECT 1 FROM calls other WHERE other.carrier_sid = $5::text)))`;

function movedBy(move: CallMove): unknown[] {
  return [
    move.id,
    move.to,
    callSourcesOf(move.to).filter((status) => move.from?.includes(status) ?? true),
    move.outcome ?? null,
    move.carrierSid ?? null,
    move.answeredBy ?? null,
    move.durationMs ?? null,
    move.errorCode ?? null,
    move.errorMessage ?? null,
    isTerminal(move.to),
  ];
}

/** What a move brings with it, in the same statement. */
export interface Consequences {
  /** CTEs, each `name AS (…)`, that may read `moved` (the columns of `MovedCall`); their parameters begin with `$14`. */
  ctes: string;
  /** What the statement answers of them, each `expression AS "name"`. */
  columns: string;
  parameters: unknown[];
}

/** What came of a move: `isNew` false where its event is known already, or the call is not. */
export interface MoveResult {
  isNew: boolean;
  /** Null: the call was in no state to move so. */
  moved: MovedCall | null;
}

type MoveEvent = Omit<NewCallEvent, 'callId' | 'status'>;

/** The event first, whatever comes of the move; the end of a call is worth waiting for the disk, the way to it is not. */
const NEWS = `told AS (
    INSERT INTO call_events (call_id, type, status, dedupe_key, data)
    SELECT id, $11::text, $2::text, $12::text, $13::jsonb FROM calls WHERE id = $1::uuid
      AND ($10::boolean OR set_config('synchronous_commit', 'off', true) IS NOT NULL)
    ON CONFLICT (call_id, dedupe_key) DO NOTHING RETURNING call_id
  ), moved AS (
    ${MOVE} AND EXISTS (SELECT 1 FROM told) RETURNING ${MOVED_COLUMNS}
  )`;

/** The move first; without it there is nothing to write down. */
const DECISION = `moved AS (
    ${MOVE} RETURNING ${MOVED_COLUMNS}
  ), told AS (
    INSERT INTO call_events (call_id, type, status, dedupe_key, data)
    SELECT id, $11::text, $2::text, $12::text, $13::jsonb FROM moved RETURNING call_id
  )`;

/**
 * Moves of a call with their events, each one guarded UPDATE and one statement: four in a transaction took three times
 * as long, and two callbacks at once could wait for each other (the event's foreign key is checked, and the call locked
 * for it, only at the statement's end).
 */
@Injectable()
export class CallMovesRepository {
  constructor(private readonly database: Database) {}

  /** What the carrier tells: written down once, whether or not it moves the call. */
  tell<R = unknown>(move: CallMove, event: MoveEvent, then?: Consequences): Promise<MoveResult & R> {
    return this.run<R>(NEWS, move, event, then);
  }

  /** What we decide ourselves: written down where it moves the call. */
  decide<R = unknown>(move: CallMove, event: MoveEvent, then?: Consequences): Promise<MoveResult & R> {
    return this.run<R>(DECISION, move, event, then);
  }

  async exists(callId: string): Promise<boolean> {
    return (await this.database.query('SELECT 1 FROM calls WHERE id = $1', [callId])).length === 1;
  }

  /** Whether the carrier ever told that the phone rang or was answered. */
  async hasRung(callId: string): Promise<boolean> {
    const [row] = await this.database.query<{ hasRung: boolean }>(
      `SELECT EXISTS (SELECT 1 FROM call_events
         WHERE call_id = $1 AND type LIKE 'carrier.%' AND status IN ('ringing', 'in-progress')) AS "hasRung"`,
      [callId],
    );
    return row?.hasRung ?? false;
  }

  private async run<R>(
    head: string,
    move: CallMove,
    event: MoveEvent,
    then?: Consequences,
  ): Promise<MoveResult & R> {
    const [row] = await this.database.query<MoveResult & R>(
      `WITH ${head}${then ? `, ${then.ctes}` : ''}
       SELECT EXISTS (SELECT 1 FROM told) AS "isNew", (SELECT to_jsonb(moved) FROM moved) AS moved
         ${then ? `, ${then.columns}` : ''}`,
      [
        ...movedBy(move),
        event.type,
        event.dedupeKey ?? null,
        JSON.stringify(event.data ?? {}),
        ...(then?.parameters ?? []),
      ],
    );
    if (!row) throw new Error('A move answers one row');
    return row;
  }
}
