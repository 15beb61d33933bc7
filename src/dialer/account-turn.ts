import { MOST_BEHIND, patienceFor } from './rules/account-turns.js';

/** The row of the carrier account among the turns. */
export const ACCOUNT_ID = '00000000-0000-7000-8000-0000000000cc';

/** One call's request for a turn of the account, and of its campaign where that has a delay. */
export interface AccountTurnRequest {
  /** Rows of `dial_turns` that must be due, the account's among them. */
  ids: string[];
  campaignId: string;
  /** 1 to 100. */
  weight: number;
  /** Milliseconds for which the campaign's row is held. */
  holdMs: number;
  /** Milliseconds between two turns of the account. */
  stepMs: number;
  /** The number called from, where it has a pace of its own. */
  numberId: string | null;
  /** Milliseconds between two calls from it. */
  numberStepMs: number;
}

/**
 * All of the turns or none, and the account's by weight: `askForTurn` of `rules/account-turns.ts`, in the one statement that
 * holds the account's row. Locks are taken in the order of ids, and the clock is read after them. The queue is in the locked
 * row itself: other rows would be seen as they were before the lock was waited for.
 */
export const TAKE_ACCOUNT_TURN = `
  WITH turns AS MATERIALIZED (
    SELECT id, next_at, virtual_time, flows FROM dial_turns WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE
  ), state AS MATERIALIZED (
    SELECT *, clock_timestamp() AS clock FROM turns
  ), due AS MATERIALIZED (
    SELECT max(clock) AS clock, (extract(epoch FROM max(clock)) * 1000)::float8 AS now,
      bool_and(next_at <= clock) AS is_due, extract(epoch FROM max(next_at) - max(clock))::float8 * 1000 AS wait_ms
    FROM state HAVING count(*) = cardinality($1::uuid[])
  ), queue AS MATERIALIZED (
    SELECT due.*, s.virtual_time,
      COALESCE((SELECT jsonb_object_agg(key, value) FROM jsonb_each(s.flows)
        WHERE (value ->> 'seenAt')::float8 > now - $6::float8), '{}') AS flows
    FROM due JOIN state s ON s.id = '${ACCOUNT_ID}'
  ), asking AS MATERIALIZED (
    SELECT *, COALESCE(GREATEST((flows #>> ARRAY[$2::text, 'start'])::float8,
      CASE WHEN flows ? $2::text THEN virtual_time - ${MOST_BEHIND} / $3::float8 END), virtual_time) AS start
    FROM queue
  ), decided AS MATERIALIZED (
    SELECT *, is_due AND NOT EXISTS (
      SELECT 1 FROM jsonb_each(flows) WHERE key <> $2::text
        AND (value ->> 'asksAt')::float8 BETWEEN now - $8::float8 AND now + $7::float8
        AND ((value ->> 'start')::float8, key COLLATE "C") < (start, $2::text COLLATE "C")) AS granted
    FROM asking
  ), answer AS MATERIALIZED (
    SELECT *, GREATEST(1, CASE WHEN is_due THEN $7::float8 ELSE wait_ms END) AS again_in_ms FROM decided
  ), taken AS (
    UPDATE dial_turns t SET
      next_at = CASE WHEN NOT granted THEN t.next_at ELSE clock_timestamp() + interval '1 millisecond' *
        CASE WHEN t.id = '${ACCOUNT_ID}' THEN $5::float8
          WHEN t.id = $9::uuid THEN $10::float8 ELSE $4::float8 END END,
      virtual_time = CASE WHEN granted AND t.id = '${ACCOUNT_ID}' THEN GREATEST(a.virtual_time, start) ELSE t.virtual_time END,
      flows = CASE WHEN t.id <> '${ACCOUNT_ID}' THEN t.flows ELSE a.flows || jsonb_build_object($2::text, jsonb_build_object(
        'start', CASE WHEN granted THEN start + 1 / $3::float8 ELSE start END,
        'asksAt', CASE WHEN NOT granted THEN LEAST(now + again_in_ms,
          CASE WHEN (a.flows #>> ARRAY[$2::text, 'asksAt'])::float8 > now
            THEN (a.flows #>> ARRAY[$2::text, 'asksAt'])::float8 END) END,
        'seenAt', now)) END
    FROM answer a WHERE t.id = ANY($1::uuid[]) AND (granted OR t.id = '${ACCOUNT_ID}')
    RETURNING t.id, t.next_at
  )
  SELECT s.id, a.granted AS "isDue", CASE WHEN a.granted THEN t.next_at::text END AS token,
    CASE WHEN a.is_due THEN again_in_ms ELSE extract(epoch FROM s.next_at - a.clock)::float8 * 1000 END AS "waitMs",
    a.now AS at
  FROM state s CROSS JOIN answer a LEFT JOIN taken t USING (id)`;

/** The parameters of `TAKE_ACCOUNT_TURN`. */
export function accountTurnParameters(request: AccountTurnRequest): unknown[] {
  const { ids, campaignId, weight, holdMs, stepMs, numberId, numberStepMs } = request;
  const { keepMs, aheadMs, lateMs } = patienceFor(stepMs);
  return [ids, campaignId, weight, holdMs, stepMs, keepMs, aheadMs, lateMs, numberId, numberStepMs];
}
