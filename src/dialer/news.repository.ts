import { Injectable } from '@nestjs/common';
import { CallMovesRepository, isTerminal, type CallNews, type Consequences } from '../calls/index.js';
import { addToCounters } from '../campaigns/index.js';
import { AppConfig } from '../config/index.js';
import { anyRow, Database, type Line } from '../database/index.js';
import { Outbox, QUEUED_FOR, recordEvents } from '../journal/index.js';
import { isSuccess, sureVerdict, verdictOf, type LeadVerdict } from './rules/ending.js';
import type { RetryBudget } from './rules/retry.js';
import { CALL_NEWS, leadEnds } from './told-events.js';

/** News of a call; where it ends, with the verdict on its lead if that is not the usual one. */
export interface DialerNews extends CallNews {
  verdict?: LeadVerdict;
}

/** What a batch of news came to. */
export interface TakenNews {
  /** Ids of calls whose event was not known. */
  told: Set<string>;
  /** Ids of calls that moved. */
  moved: Set<string>;
  /** Ids of campaigns that have something to do now. */
  woken: string[];
}

interface Answered {
  woken: string[];
  queuedFor: string[];
}

/** Of a lead that is gone: its verdict changes nothing. */
const NO_BUDGET: RetryBudget = {
  retryFailed: false,
  retryAttempts: 0,
  retryDelay: 0,
  retryRules: null,
  attempts: 0,
  sameOutcome: 0,
};

/**
 * How many counted attempts of lead `l` ended as call `c` does now, itself included. An attempt that was given back has its
 * number used again by the next call: of the calls of one number the last counts. Only where there are rules.
 */
const SAME_OUTCOME = `CASE WHEN k.retry_rules IS NULL THEN 0 ELSE 1 + (
    SELECT count(*)::int FROM (
      SELECT DISTINCT ON (p.attempt) p.outcome FROM calls p WHERE p.lead_id = l.id AND p.attempt < c.attempt
      ORDER BY p.attempt, p.id DESC
    ) AS counted WHERE counted.outcome = e.outcome) END`;

/** Campaigns that slots came free for: their own, and those of their agents. */
const SHARERS = `
      SELECT "campaignId" FROM ended_calls
      UNION SELECT ca.campaign_id FROM campaign_agents ca WHERE ca.agent_id = ANY(ARRAY(SELECT "agentId" FROM ended_calls))`;

/** So many endings may pass each other, each seeing the others' calls open still. */
const MOST_IN_PASSING = 8;

/**
 * Campaigns that can go on: a lead of theirs waited for a number, or they share a slot that came free and have a lead for
 * it, or they may be over. One that waits for its last calls to end is left alone: a claim would find nothing. (Should
 * more than so many endings pass each other at the very end, the tick completes the campaign.)
 */
function wokenOf(sharers: string): string {
  return `ARRAY(
      SELECT campaign_id FROM freed
      UNION SELECT k.id FROM campaigns k WHERE k.id = ANY(ARRAY(${sharers})) AND k.status = 'active' AND (
        ${anyRow(`FROM leads WHERE campaign_id = k.id AND status = 'pending' AND next_attempt_at IS NULL`)}
        OR NOT EXISTS (SELECT 1 FROM calls c WHERE c.campaign_id = k.id AND c.ended_at IS NULL
          AND c.id <> ALL(ARRAY(SELECT id FROM ended_calls)) OFFSET ${MOST_IN_PASSING}))
    )::text[] AS woken`;
}

/**
 * All that the end of calls changes, besides the calls, and in this order of locks: their leads, those that have one and are
 * in this call; those who waited for their numbers (one that somebody else holds is looked at again by `next_attempt_at`); the
 * counters (a call counts when the carrier had it, a lead when it left `calling`). Woken are those whose lead waited and those
 * that share an agent. Under a cap on the account the claim of the campaign itself says whom its slot is due to; one that
 * claims no more leaves that to those who wait for slots.
 */
const ENDINGS: Consequences<DialerNews> = {
  fields: 'lead_status text, reason text, refund integer, retry_in_ms float8, is_success boolean',
  valuesOf: ({ move, verdict }) => ({
    lead_status: verdict?.status,
    reason: verdict?.reason,
    refund: verdict?.refund,
    retry_in_ms: verdict?.retryInMs,
    is_success: move.outcome !== undefined && isSuccess(move.outcome),
  }),
  ctes: `ended_calls AS MATERIALIZED (
      SELECT * FROM moved WHERE is_end
    ), ended AS (
      UPDATE leads SET status = e.lead_status, attempts = GREATEST(0, attempts - e.refund),
        updated_at = clock_timestamp(),
        -- A key that was pressed in the call says more of the lead than that it was answered.
        reason = CASE WHEN leads.reason = 'opted_out' AND e.lead_status <> 'pending' THEN leads.reason ELSE e.reason END,
        next_attempt_at = CASE WHEN retry_in_ms > 0 THEN clock_timestamp() + retry_in_ms * interval '1 millisecond' END,
        blocked_reason = CASE WHEN retry_in_ms > 0 THEN 'retry_wait' END
      FROM ended_calls e
      WHERE leads.id = ANY(ARRAY(SELECT "leadId" FROM ended_calls ORDER BY 1)) AND leads.id = e."leadId"
        -- Said so that the index of all leads in calls does not serve: by their ids these are found at once.
        AND NULLIF(leads.status, '') = 'calling'
      RETURNING leads.id, leads.status, leads AS lead_row
    ), freed AS (
      UPDATE leads SET next_attempt_at = NULL, blocked_reason = NULL
      WHERE id = ANY(ARRAY(SELECT l.id FROM leads l
        WHERE l.phone_number = ANY(ARRAY(SELECT "phoneNumber" FROM ended_calls)) AND l.blocked_reason = 'number_busy'
          AND l.status = 'pending' AND (SELECT count(*) FROM ended) >= 0 -- locked after its own lead
        FOR UPDATE SKIP LOCKED))
      RETURNING campaign_id
    ), difference AS (
      SELECT "campaignId" AS campaign_id, - count(l.id) AS calling,
        count(*) FILTER (WHERE l.status = 'pending') AS pending,
        count(*) FILTER (WHERE l.status = 'completed') AS completed,
        count(*) FILTER (WHERE l.status = 'failed') AS failed,
        count("carrierSid") FILTER (WHERE is_success) AS successful_calls,
        count("carrierSid") FILTER (WHERE NOT is_success) AS failed_calls,
        COALESCE(sum(duration_ms) FILTER (WHERE "carrierSid" IS NOT NULL AND is_success), 0) AS talk_ms,
        COALESCE(sum(cost_micros) FILTER (WHERE "carrierSid" IS NOT NULL), 0) AS spend_micros
      FROM ended_calls LEFT JOIN ended l ON l.id = "leadId", (SELECT count(*) FROM freed) AS first
      GROUP BY "campaignId" HAVING count(l.id) > 0 OR count("carrierSid") > 0
    ), counted AS (
      ${addToCounters('difference')}
    ), ${recordEvents(CALL_NEWS, leadEnds('ended'))}`,
  columns: `${wokenOf(SHARERS)}, ${QUEUED_FOR} AS "queuedFor"`,
};

/** Of calls that all go on nothing else changes: half the work for Postgres, which begins and ends each of the above, used or not. */
const GOING_ON: Consequences<DialerNews> = {
  ctes: recordEvents(CALL_NEWS),
  columns: `ARRAY[]::text[] AS woken, ${QUEUED_FOR} AS "queuedFor"`,
};

/**
 * Under a cap on the account a campaign claims whenever a call of it ends: only its claim knows what it still wants, and then
 * wakes those that the slot is due to. One that claims no more leaves that to all who wait for slots.
 */
const CAPPED_ENDINGS: Consequences<DialerNews> = {
  ...ENDINGS,
  columns: `ARRAY(
      SELECT campaign_id FROM freed
      UNION SELECT k.id FROM campaigns k WHERE k.status = 'active' AND k.id = ANY(ARRAY(${SHARERS}
        UNION SELECT s.campaign_id FROM account_shares s WHERE s.demand > s.held AND EXISTS (
          SELECT 1 FROM ended_calls JOIN campaigns own ON own.id = "campaignId" WHERE own.status <> 'active')))
    )::text[] AS woken, ${QUEUED_FOR} AS "queuedFor"`,
};

/** Takes news in, with everything that the end of a call changes, in one statement: calls, leads, those who waited, counters. */
@Injectable()
export class NewsRepository {
  constructor(
    private readonly database: Database,
    private readonly moves: CallMovesRepository,
    private readonly config: AppConfig,
    private readonly outbox: Outbox,
  ) {}

  /** Known news change nothing, nor do decisions about a call that is in no state for them. */
  async take(news: DialerNews[], behind?: (line: Line) => void): Promise<TakenNews> {
    const judged = await this.withVerdicts(news);
    const { told, moved, woken, queuedFor } = await this.moves.take<DialerNews, Answered>(
      judged,
      this.consequencesOf(news),
      behind,
    );
    this.outbox.ring(queuedFor);
    return { told: new Set(told), moved: new Set(moved), woken };
  }

  private consequencesOf(news: DialerNews[]): Consequences<DialerNews> {
    if (!news.some(({ move }) => isTerminal(move.to))) return GOING_ON;
    return this.config.CARRIER_MAX_CONCURRENT === undefined ? ENDINGS : CAPPED_ENDINGS;
  }

  /**
   * The retry budgets are read only where they matter, and before the end: nothing else counts the attempts of a lead
   * that is in a call.
   */
  private async withVerdicts(news: DialerNews[]): Promise<DialerNews[]> {
    const known = news.map((each) => ({ ...each, verdict: each.verdict ?? surelyOf(each) }));
    const open = known.filter(({ move, verdict }) => isTerminal(move.to) && !verdict);
    if (open.length === 0) return known;
    const budgets = await this.budgetsOf(open);
    return known.map((each) => {
      const { outcome, id } = each.move;
      if (each.verdict || outcome === undefined) return each;
      return { ...each, verdict: verdictOf(outcome, budgets.get(id) ?? NO_BUDGET) };
    });
  }

  /** What is left of the budgets of leads whose calls end so, or have ended so; by the calls' ids. */
  async budgetsOf(endings: Pick<DialerNews, 'move'>[]): Promise<Map<string, RetryBudget>> {
    const rows = await this.database.query<RetryBudget & { id: string }>(
      `SELECT c.id, l.attempts, k.retry_failed AS "retryFailed", k.retry_attempts AS "retryAttempts",
         k.retry_delay AS "retryDelay", k.retry_rules AS "retryRules", ${SAME_OUTCOME} AS "sameOutcome"
       FROM unnest($1::uuid[], $2::text[]) AS e (id, outcome)
       JOIN calls c ON c.id = e.id JOIN leads l ON l.id = c.lead_id JOIN campaigns k ON k.id = l.campaign_id`,
      [endings.map(({ move }) => move.id), endings.map(({ move }) => move.outcome)],
    );
    return new Map(rows.map(({ id, ...budget }) => [id, budget]));
  }
}

function surelyOf({ move }: DialerNews): LeadVerdict | undefined {
  return (move.outcome && sureVerdict(move.outcome)) ?? undefined;
}
