import { Injectable } from '@nestjs/common';
import { CampaignCountersRepository } from '../campaigns/index.js';
import { Database, type Tx } from '../database/index.js';
import { IS_OPEN } from './open-statuses.js';

/** A call the carrier has. */
export interface CarrierHeldCall {
  id: string;
  sid: string;
}

/** The statements of taking calls back. */
@Injectable()
export class WithdrawalRepository {
  constructor(
    private readonly database: Database,
    private readonly counters: CampaignCountersRepository,
  ) {}

  /**
   * `queued → canceled` for every queued call of a campaign that is not active, the attempt given back, the lead
   * pending. It waits for each call that is being moved to `dialing` at this moment and then leaves that one alone:
   * afterwards every call that may still be placed is visible as `dialing`.
   * @returns campaigns whose leads waited for one of the numbers
   */
  async withdrawQueued(tx: Tx, campaignId: string): Promise<string[]> {
    const rows = await this.database.query<{ leads: number; woken: string[] }>(
      `WITH waiting AS MATERIALIZED (
         SELECT id FROM calls WHERE campaign_id = $1 AND status = 'queued' AND ${IS_OPEN}
           AND NOT EXISTS (SELECT 1 FROM campaigns WHERE id = $1 AND status = 'active')
         ORDER BY id FOR UPDATE
       ), gone AS (
         UPDATE calls SET status = 'canceled', outcome = 'canceled', ended_at = clock_timestamp(), error_code = 'WITHDRAWN'
         FROM waiting WHERE calls.id = waiting.id AND calls.status = 'queued'
         RETURNING calls.id, lead_id, phone_number
       ), told AS (
         INSERT INTO call_events (call_id, type, status) SELECT id, 'call.withdrawn', 'canceled' FROM gone
       ), back AS (
         UPDATE leads SET status = 'pending', attempts = GREATEST(0, attempts - 1), updated_at = clock_timestamp()
         FROM gone WHERE leads.id = gone.lead_id AND leads.status = 'calling' RETURNING leads.id
       ), freed AS (
         UPDATE leads SET next_attempt_at = NULL, blocked_reason = NULL FROM gone
         WHERE leads.phone_number = gone.phone_number AND leads.blocked_reason = 'number_busy'
           AND leads.status = 'pending' RETURNING leads.campaign_id
       )
       SELECT (SELECT count(*)::int FROM back) AS leads,
         ARRAY(SELECT DISTINCT campaign_id::text FROM freed) AS woken`,
      [campaignId],
      tx,
    );
    const { leads = 0, woken = [] } = rows[0] ?? {};
    await this.counters.apply(tx, campaignId, { calling: -leads, pending: leads });
    return woken;
  }

  /** Calls of the campaign whose placement may still be on its way out. */
  async countUnsettled(campaignId: string): Promise<number> {
    const [row] = await this.database.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM calls WHERE campaign_id = $1 AND ${IS_OPEN}
         AND (status = 'queued' OR (status = 'dialing' AND send_by > clock_timestamp()))`,
      [campaignId],
    );
    return row?.count ?? 0;
  }

  /** Calls the carrier accepted and of which it has told nothing since. */
  acceptedOnly(campaignId: string): Promise<CarrierHeldCall[]> {
    return this.database.query(
      `SELECT id, carrier_sid AS sid FROM calls WHERE campaign_id = $1 AND ${IS_OPEN} AND status = 'initiated'
         AND carrier_sid IS NOT NULL
         AND NOT EXISTS (SELECT 1 FROM call_events e WHERE e.call_id = calls.id AND e.type = 'carrier.callback')`,
      [campaignId],
    );
  }

  atCarrier(campaignId: string): Promise<CarrierHeldCall[]> {
    return this.database.query(
      `SELECT id, carrier_sid AS sid FROM calls WHERE campaign_id = $1 AND ${IS_OPEN} AND carrier_sid IS NOT NULL`,
      [campaignId],
    );
  }
}
