import { Injectable } from '@nestjs/common';
import {
  CallMovesRepository,
  isTerminal,
  type CallMove,
  type Consequences,
  type MoveResult,
} from '../calls/index.js';
import { addToCounters } from '../campaigns/index.js';
import { AppConfig } from '../config/index.js';
import { Database } from '../database/index.js';
import { isSuccess, sureVerdict, verdictOf, type LeadVerdict } from './rules/ending.js';
import type { RetryBudget } from './rules/retry.js';

/** A call that ends: its move, and the verdict on its lead if it is not the usual one. */
export interface Ending {
  move: CallMove & { outcome: NonNullable<CallMove['outcome']> };
  verdict?: LeadVerdict;
}

/** What came of news: whether they were new, and who must be woken; null: the call did not move. */
export interface Told {
  isNew: boolean;
  woken: Set<string> | null;
}

type EndingEvent = Parameters<CallMovesRepository['tell']>[1];
type Ended = MoveResult & { woken: string[] };

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
 * How many counted attempts of lead `l` ended as `$2` does, call `c` included. An attempt that was given back has its number
 * used again by the next call: of the calls of one number the last counts. Only where there are rules.
 */
const SAME_OUTCOME = `CASE WHEN k.retry_rules IS NULL THEN 0 ELSE 1 + (
    SELECT count(*)::int FROM (
      SELECT DISTINCT ON (p.attempt) p.outcome FROM calls p WHERE p.lead_id = l.id AND p.attempt < c.attempt
      ORDER BY p.attempt, p.id DESC
    ) AS counted WHERE counted.outcome = $2::text) END`;

/**
 * All that the end of a call changes, besides the call, and in this order of locks: its lead, if it has one and is in this
 * call; those who waited for its number; the counters (a call counts when the carrier had it, a lead when it left `calling`).
 * Woken are those whose lead waited and those that share the agent; under a cap on the account every active campaign shares
 * its slots. Parameters: verdict's status, reason, refund, retryInMs; success; talk ms; whether the account has a cap.
 */
const ENDED = `ended AS (
    UPDATE leads SET status = $14::text, reason = $15::text, attempts = GREATEST(0, attempts - $16::integer),
      updated_at = clock_timestamp(),
      next_attempt_at = CASE WHEN $17::float8 > 0 THEN clock_timestamp() + $17::float8 * interval '1 millisecond' END,
      blocked_reason = CASE WHEN $17::float8 > 0 THEN 'retry_wait' END
    WHERE id = (SELECT "leadId" FROM moved) AND status = 'calling' RETURNING id
  ), freed AS (
    UPDATE leads SET next_attempt_at = NULL, blocked_reason = NULL
    WHERE phone_number = (SELECT "phoneNumber" FROM moved) AND blocked_reason = 'number_busy' AND status = 'pending'
      AND (SELECT count(*) FROM ended) >= 0 -- locked after its own lead
    RETURNING campaign_id
  ), difference AS (
    SELECT "campaignId" AS campaign_id, - n AS calling,
      CASE WHEN $14::text = 'pending' THEN n ELSE 0 END AS pending,
      CASE WHEN $14::text = 'completed' THEN n ELSE 0 END AS completed,
      CASE WHEN $14::text = 'failed' THEN n ELSE 0 END AS failed,
      ("carrierSid" IS NOT NULL AND $18::boolean)::integer AS successful_calls,
      ("carrierSid" IS NOT NULL AND NOT $18::boolean)::integer AS failed_calls,
      CASE WHEN "carrierSid" IS NOT NULL AND $18::boolean THEN $19::integer ELSE 0 END AS talk_ms
    FROM moved, (SELECT count(*)::integer AS n FROM ended) AS leads, (SELECT count(*) FROM freed) AS first
    WHERE n > 0 OR "carrierSid" IS NOT NULL
  ), counted AS (
    ${addToCounters('difference')}
  )`;
const WOKEN = `ARRAY(
    SELECT campaign_id FROM freed
    UNION SELECT "campaignId" FROM moved
    UNION SELECT ca.campaign_id FROM campaign_agents ca JOIN campaigns k ON k.id = ca.campaign_id
      WHERE ca.agent_id = (SELECT "agentId" FROM moved) AND k.status = 'active'
    UNION SELECT id FROM campaigns WHERE $20::boolean AND status = 'active'
  )::text[] AS woken`;

/** Everything that an ending changes, in one statement: call, lead, those who waited for the number, counters. */
@Injectable()
export class EndingRepository {
  constructor(
    private readonly database: Database,
    private readonly moves: CallMovesRepository,
    private readonly config: AppConfig,
  ) {}

  /** By our own decision. Null when the call was not in a state to end so: then nothing has changed. */
  async decide(ending: Ending, event: EndingEvent): Promise<Set<string> | null> {
    return toldOf(await this.moves.decide<Ended>(endOf(ending), event, await this.following(ending))).woken;
  }

  /** Told by the carrier: the event is written down in any case, and known news change nothing. */
  async tell(ending: Ending, event: EndingEvent): Promise<Told> {
    return toldOf(await this.moves.tell<Ended>(endOf(ending), event, await this.following(ending)));
  }

  private async following(ending: Ending): Promise<Consequences> {
    const { outcome, durationMs } = ending.move;
    const { status, reason, refund, retryInMs } = await this.verdictOn(ending);
    return {
      ctes: ENDED,
      columns: WOKEN,
      parameters: [
        ...[status, reason, refund, retryInMs],
        ...[isSuccess(outcome), durationMs ?? 0],
        this.config.CARRIER_MAX_CONCURRENT !== undefined,
      ],
    };
  }

  /**
   * The retry budget is read only where it matters, and before the end: nothing else counts the attempts of a lead
   * that is in a call.
   */
  private async verdictOn({ move, verdict }: Ending): Promise<LeadVerdict> {
    const sure = verdict ?? sureVerdict(move.outcome);
    if (sure) return sure;
    const [budget] = await this.database.query<RetryBudget>(
      `SELECT l.attempts, k.retry_failed AS "retryFailed", k.retry_attempts AS "retryAttempts", k.retry_delay AS "retryDelay",
         k.retry_rules AS "retryRules", ${SAME_OUTCOME} AS "sameOutcome"
       FROM calls c JOIN leads l ON l.id = c.lead_id JOIN campaigns k ON k.id = l.campaign_id WHERE c.id = $1`,
      [move.id, move.outcome],
    );
    return verdictOf(move.outcome, budget ?? NO_BUDGET);
  }
}

function endOf({ move }: Ending): CallMove {
  if (!isTerminal(move.to)) throw new Error(`${move.to} is no end`);
  return move;
}

function toldOf({ isNew, moved, woken }: Ended): Told {
  return { isNew, woken: moved && new Set(woken) };
}
