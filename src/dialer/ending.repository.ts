import { Injectable } from '@nestjs/common';
import { CampaignCountersRepository, type CounterDelta } from '../campaigns/index.js';
import { CallMovesRepository, isTerminal, type CallMove, type MovedCall } from '../calls/index.js';
import { AppConfig } from '../config/index.js';
import { Database, type Tx } from '../database/index.js';
import { isSuccess, verdictOf, type LeadVerdict, type RetryBudget } from './rules/ending.js';

/** A call that ends: its move, and the verdict on its lead if it is not the usual one. */
export interface Ending {
  move: CallMove & { outcome: NonNullable<CallMove['outcome']> };
  verdict?: LeadVerdict;
}

/** Who must be woken once the transaction is committed. */
export type Woken = Set<string>;

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
    if (!isTerminal(ending.move.to)) throw new Error(`${ending.move.to} is no end`);
    const call = await this.moves.move(ending.move, tx);
    if (!call) return null;
    const leadStatus = await this.endLead(tx, call, ending);
    const woken = await this.wokenBy(tx, call);
    await this.counters.apply(tx, call.campaignId, deltaOf(call, ending, leadStatus));
    return woken;
  }

  /** @returns what the lead became; null when there is none, or when it was not in this call */
  private async endLead(tx: Tx, call: MovedCall, ending: Ending): Promise<LeadVerdict['status'] | null> {
    if (call.leadId === null) return null;
    const [budget] = await this.database.query<RetryBudget>(
      `SELECT l.attempts, k.retry_failed AS "retryFailed", k.retry_attempts AS "retryAttempts", k.retry_delay AS "retryDelay"
       FROM leads l JOIN campaigns k ON k.id = l.campaign_id WHERE l.id = $1`,
      [call.leadId],
      tx,
    );
    if (!budget) return null;
    const verdict = ending.verdict ?? verdictOf(ending.move.outcome, budget);
    const { affected } = await this.database.run(
      `UPDATE leads SET status = $2, reason = $3, attempts = GREATEST(0, attempts - $4::integer), updated_at = clock_timestamp(),
         next_attempt_at = CASE WHEN $5::float8 > 0 THEN clock_timestamp() + $5::float8 * interval '1 millisecond' END,
         blocked_reason = CASE WHEN $5::float8 > 0 THEN 'retry_wait' END
       WHERE id = $1 AND status = 'calling'`,
      [call.leadId, verdict.status, verdict.reason, verdict.refund, verdict.retryInMs],
      tx,
    );
    return affected === 1 ? verdict.status : null;
  }

  /**
   * The campaign itself, those whose lead waited for this number, and those that share the agent; under a cap on
   * the account every active campaign shares its slots.
   */
  private async wokenBy(tx: Tx, call: MovedCall): Promise<Woken> {
    const rows = await this.database.query<{ id: string }>(
      `WITH freed AS (
         UPDATE leads SET next_attempt_at = NULL, blocked_reason = NULL
         WHERE phone_number = $1 AND blocked_reason = 'number_busy' AND status = 'pending' RETURNING campaign_id
       )
       SELECT campaign_id AS id FROM freed
       UNION SELECT ca.campaign_id FROM campaign_agents ca JOIN campaigns k ON k.id = ca.campaign_id
         WHERE ca.agent_id = $2 AND k.status = 'active'
       UNION SELECT id FROM campaigns WHERE $3 AND status = 'active'`,
      [call.phoneNumber, call.agentId, this.config.CARRIER_MAX_CONCURRENT !== undefined],
      tx,
    );
    return new Set([call.campaignId, ...rows.map((row) => row.id)]);
  }
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
