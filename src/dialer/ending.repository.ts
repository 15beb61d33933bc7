import { Injectable } from '@nestjs/common';
import { CampaignCountersRepository, type CounterDelta } from '../campaigns/index.js';
import { CallMovesRepository, isTerminal, type CallMove, type MovedCall } from '../calls/index.js';
import { AppConfig } from '../config/index.js';
import { Database, type Tx } from '../database/index.js';
import { isSuccess, sureVerdict, verdictOf, type LeadVerdict, type RetryBudget } from './rules/ending.js';

/** A call that ends: its move, and the verdict on its lead if it is not the usual one. */
export interface Ending {
  move: CallMove & { outcome: NonNullable<CallMove['outcome']> };
  verdict?: LeadVerdict;
}

/** Who must be woken once the transaction is committed. */
export type Woken = Set<string>;

/** What came of news: whether they were new, and who must be woken; null: the call did not move. */
export interface Told {
  isNew: boolean;
  woken: Woken | null;
}

/** How the news of an ending are written down. */
type News = Parameters<CallMovesRepository['moveOnNews']>[1];

/** Of a lead that is gone: its verdict changes nothing. */
const NO_BUDGET: RetryBudget = { retryFailed: false, retryAttempts: 0, retryDelay: 0, attempts: 0 };

/** Everything that an ending changes, in one transaction: call, lead, those who waited for the number, counters. */
@Injectable()
export class EndingRepository {
  constructor(
    private readonly database: Database,
    private readonly moves: CallMovesRepository,
    private readonly counters: CampaignCountersRepository,
    private readonly config: AppConfig,
  ) {}

  /** Null when the call was not in a state to end so: then nothing has changed. */
  async end(tx: Tx, ending: Ending): Promise<Woken | null> {
    const call = await this.moves.move(endOf(ending), tx);
    return call && this.settle(tx, call, ending);
  }

  /** Like `end`, for an ending that is told: its event is written down in any case, and known news change nothing. */
  async endOnNews(tx: Tx, ending: Ending, event: News): Promise<Told> {
    const { isNew, moved } = await this.moves.moveOnNews(endOf(ending), event, tx);
    return { isNew, woken: moved && (await this.settle(tx, moved, ending)) };
  }

  private async settle(tx: Tx, call: MovedCall, ending: Ending): Promise<Woken> {
    const { leadStatus, woken } = await this.endLead(tx, call, await this.verdictOn(tx, call, ending));
    await this.counters.apply(tx, call.campaignId, deltaOf(call, ending, leadStatus));
    return woken;
  }

  /** The retry budget is read only where it matters. */
  private async verdictOn(tx: Tx, call: MovedCall, { move, verdict }: Ending): Promise<LeadVerdict> {
    const sure = verdict ?? sureVerdict(move.outcome);
    if (sure) return sure;
    const [budget] = await this.database.query<RetryBudget>(
      `SELECT l.attempts, k.retry_failed AS "retryFailed", k.retry_attempts AS "retryAttempts", k.retry_delay AS "retryDelay"
       FROM leads l JOIN campaigns k ON k.id = l.campaign_id WHERE l.id = $1`,
      [call.leadId],
      tx,
    );
    return verdictOf(move.outcome, budget ?? NO_BUDGET);
  }

  /**
   * Ends the lead, if there is one and it is in this call, and frees those who waited for the number.
   * @returns who is to be woken: the campaign itself, those whose lead waited, and those that share the agent; under a
   * cap on the account every active campaign shares its slots
   */
  private async endLead(
    tx: Tx,
    call: MovedCall,
    verdict: LeadVerdict,
  ): Promise<{ leadStatus: LeadVerdict['status'] | null; woken: Woken }> {
    const [row] = await this.database.query<{ hasEnded: boolean; woken: string[] }>(
      `WITH ended AS (
         UPDATE leads SET status = $2, reason = $3, attempts = GREATEST(0, attempts - $4::integer), updated_at = clock_timestamp(),
           next_attempt_at = CASE WHEN $5::float8 > 0 THEN clock_timestamp() + $5::float8 * interval '1 millisecond' END,
           blocked_reason = CASE WHEN $5::float8 > 0 THEN 'retry_wait' END
         WHERE id = $1::uuid AND status = 'calling' RETURNING id
       ), freed AS (
         UPDATE leads SET next_attempt_at = NULL, blocked_reason = NULL
         WHERE phone_number = $6 AND blocked_reason = 'number_busy' AND status = 'pending' RETURNING campaign_id
       )
       SELECT EXISTS (SELECT 1 FROM ended) AS "hasEnded", ARRAY(
         SELECT campaign_id FROM freed
         UNION SELECT ca.campaign_id FROM campaign_agents ca JOIN campaigns k ON k.id = ca.campaign_id
           WHERE ca.agent_id = $7::uuid AND k.status = 'active'
         UNION SELECT id FROM campaigns WHERE $8::boolean AND status = 'active'
       )::text[] AS woken`,
      [
        call.leadId,
        verdict.status,
        verdict.reason,
        verdict.refund,
        verdict.retryInMs,
        call.phoneNumber,
        call.agentId,
        this.config.CARRIER_MAX_CONCURRENT !== undefined,
      ],
      tx,
    );
    const woken = new Set([call.campaignId, ...(row?.woken ?? [])]);
    return { leadStatus: row?.hasEnded ? verdict.status : null, woken };
  }
}

function endOf({ move }: Ending): CallMove {
  if (!isTerminal(move.to)) throw new Error(`${move.to} is no end`);
  return move;
}

/** A call counts when the carrier had it (it has a SID); a lead when it left `calling`. */
function deltaOf(call: MovedCall, { move }: Ending, leadStatus: LeadVerdict['status'] | null): CounterDelta {
  const delta: CounterDelta = {};
  if (leadStatus !== null) {
    delta.calling = -1;
    delta[leadStatus] = 1;
  }
  if (call.carrierSid === null) return delta;
  if (isSuccess(move.outcome)) {
    delta.successfulCalls = 1;
    delta.talkMs = move.durationMs ?? 0;
  } else {
    delta.failedCalls = 1;
  }
  return delta;
}
