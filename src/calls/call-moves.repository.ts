import { Injectable } from '@nestjs/common';
import { anyRow, Database, type Line } from '../database/index.js';
import type { NewCallEvent } from './call-event.js';
import { callSourcesOf, isTerminal, type CallOutcome, type CallStatus } from './call.states.js';

/** One guarded move of a call. */
export interface CallMove {
  id: string;
  to: CallStatus;
  /** Open statuses in which the call stays as it is, and only its SID is noted. */
  staysIn?: CallStatus[];
  /** The carrier's SID: stored when none is known; a call that has another one is not moved. */
  carrierSid?: string;
  outcome?: CallOutcome;
  answeredBy?: string | null;
  durationMs?: number | null;
  errorCode?: string;
  errorMessage?: string;
}

/** A move with its event. */
export interface CallNews {
  move: CallMove;
  event: Omit<NewCallEvent, 'callId' | 'status'>;
  /** Told by the carrier: written down in any case. Else it is our own decision: written down where it moves the call. */
  isTold: boolean;
}

/** What news bring with them, in the same statement. */
export interface Consequences<N extends CallNews> {
  /** Columns of each news beside its own, as `name type, …`, … */
  fields?: string;
  /** … and their values. */
  valuesOf?: (news: N) => Record<string, unknown>;
  /**
   * CTEs, each `name AS (…)`, that may read `moved`: id, "campaignId", "leadId", "agentId", "phoneNumber", "carrierSid", "to",
   * stays, is_end, duration_ms, cost_micros, `fields` and, as call_row, all of each call that moved.
   */
  ctes: string;
  /** What the statement answers of them, each `expression AS "name"`. */
  columns: string;
}

/** Ids of the calls. */
export interface NewsResult {
  /** Whose event is written down now: it was not known, and the call is. */
  told: string[];
  /** That moved. */
  moved: string[];
}

const FIELDS = `id uuid, "to" text, sources text[], stays_in text[], outcome text, sid text, answered_by text, duration_ms integer,
  error_code text, error_message text, is_end boolean, is_told boolean, type text, dedupe_key text, data jsonb`;

function valuesOf({ move, event, isTold }: CallNews): Record<string, unknown> {
  return {
    id: move.id,
    to: move.to,
    sources: callSourcesOf(move.to),
    stays_in: move.staysIn ?? [],
    outcome: move.outcome,
    sid: move.carrierSid,
    answered_by: move.answeredBy,
    duration_ms: move.durationMs,
    error_code: move.errorCode,
    error_message: move.errorMessage,
    is_end: isTerminal(move.to),
    is_told: isTold,
    type: event.type,
    dedupe_key: event.dedupeKey,
    data: event.data ?? {},
  };
}

/**
 * What an ended call cost, by estimate, instead of what was set aside for it: minutes begun, one at least when it was
 * connected; all that was set aside where nobody told how long an answered call took (`costOf` in the dialer's rules).
 */
const COST = `CASE
        WHEN COALESCE(j.duration_ms, calls.duration_ms) IS NOT NULL THEN rate_micros::bigint *
          GREATEST((COALESCE(j.duration_ms, calls.duration_ms) + 59999) / 60000, (j."to" = 'completed')::integer)
        WHEN answered_at IS NOT NULL OR j."to" IN ('in-progress', 'completed') THEN cost_micros
        ELSE 0 END`;

/**
 * Calls are locked first, in the order of their ids, and judged by what they are then: two batches never wait for each other
 * in a circle, and one that waited judges by what the other made of the call. No commit waits for the disk: news that a
 * crash of Postgres itself forgets are asked for again (docs/dialer.md, "What Postgres may lose").
 */
const NEWS = (fields?: string): string => `news AS MATERIALIZED (
    SELECT * FROM json_to_recordset($1::json) AS n (${FIELDS}${fields ? `, ${fields}` : ''})
    WHERE set_config('synchronous_commit', 'off', true) IS NOT NULL
  ), held AS MATERIALIZED (
    SELECT id, status, carrier_sid, workspace_id FROM calls WHERE id = ANY($2::uuid[]) ORDER BY id FOR NO KEY UPDATE
  ), judged AS MATERIALIZED (
    SELECT n.*, held.workspace_id, held.status = ANY(stays_in) AS stays,
      held.status = ANY(sources || stays_in) AND (sid IS NULL OR held.carrier_sid = sid OR (held.carrier_sid IS NULL
        AND NOT ${anyRow('FROM calls other WHERE other.carrier_sid = n.sid')})) AS moves
    FROM news n JOIN held USING (id)
  ), told AS (
    INSERT INTO call_events (call_id, workspace_id, type, status, dedupe_key, data)
    SELECT id, workspace_id, type, "to", dedupe_key, data FROM judged WHERE is_told OR moves
    ON CONFLICT (call_id, dedupe_key) DO NOTHING RETURNING call_id
  ), moved AS (
    UPDATE calls SET
      status = CASE WHEN stays THEN calls.status ELSE j."to" END, outcome = j.outcome, heard_at = clock_timestamp(),
      carrier_sid = COALESCE(calls.carrier_sid, j.sid),
      answered_by = COALESCE(j.answered_by, calls.answered_by), duration_ms = COALESCE(j.duration_ms, calls.duration_ms),
      error_code = COALESCE(j.error_code, calls.error_code),
      error_message = COALESCE(j.error_message, calls.error_message),
      answered_at = CASE WHEN j."to" IN ('in-progress', 'completed')
        THEN COALESCE(answered_at, clock_timestamp() - COALESCE(j.duration_ms, 0) * interval '1 millisecond')
        ELSE answered_at END,
      cost_micros = CASE WHEN NOT is_end THEN cost_micros ELSE ${COST} END,
      ended_at = CASE WHEN is_end THEN clock_timestamp() END
    FROM judged j
    WHERE calls.id = ANY($2::uuid[]) AND calls.id = j.id AND j.moves AND j.id = ANY(ARRAY(SELECT call_id FROM told))
    RETURNING j.*, campaign_id AS "campaignId", lead_id AS "leadId", agent_id AS "agentId",
      phone_number AS "phoneNumber", carrier_sid AS "carrierSid", cost_micros, calls AS call_row
  )`;

/** One text for each: it is the key to its plan, and 9 kB that are put together and hashed with each batch are a fiftieth of a call. */
const statements = new WeakMap<object, string>();

function statementOf<N extends CallNews>(then: Consequences<N>): string {
  const known = statements.get(then);
  if (known !== undefined) return known;
  const text = `WITH ${NEWS(then.fields)}, ${then.ctes}
       SELECT ARRAY(SELECT call_id FROM told)::text[] AS told, ARRAY(SELECT id FROM moved)::text[] AS moved, ${then.columns}`;
  statements.set(then, text);
  return text;
}

/**
 * Moves of calls with their events: each a guarded UPDATE, any number of calls in one statement, which is one transaction. (With a statement for each
 * callback Postgres spent 0.63 ms on one, and 0.22 with this and fewer indexes: docs/benchmarks.md.)
 */
@Injectable()
export class CallMovesRepository {
  constructor(private readonly database: Database) {}

  /**
   * Takes news in, of each call at most one.
   * @param behind see `Database.repeated`
   */
  async take<N extends CallNews, R = unknown>(
    news: N[],
    then: Consequences<N>,
    behind?: (line: Line) => void,
  ): Promise<NewsResult & R> {
    const rows = news.map((each) => ({ ...valuesOf(each), ...then.valuesOf?.(each) }));
    const ids = news.map(({ move }) => move.id);
    const values = [JSON.stringify(rows), ids];
    const [row] = await this.database.repeated<NewsResult & R>(statementOf(then), values, behind);
    if (!row) throw new Error('News answer one row');
    return row;
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
}
