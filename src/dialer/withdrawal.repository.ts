import { Injectable } from '@nestjs/common';
import { CampaignCountersRepository } from '../campaigns/index.js';
import { Database, type Tx } from '../database/index.js';
import { Outbox, QUEUED_FOR, recordEvents } from '../journal/index.js';
import { hasSid, IS_OPEN } from './open-calls.js';
import { isSuppressed } from './suppressed.js';
import { callEnds, leadEnds } from './told-events.js';

/** A call the carrier has. */
export interface CarrierHeldCall {
  id: string;
  sid: string;
}

/** Whose calls are to cease: those of one campaign, or those to suppressed numbers, whatever their campaign. */
export type Halt = { campaignId: string } | 'suppressed';

interface Withdrawn {
  campaignId: string;
  pending: number;
  failed: number;
}

interface Answered {
  withdrawn: Withdrawn[];
  woken: string[];
  queuedFor: string[];
}

/** Why a call is taken back: whoever asks what became of it must be able to tell a pause from a closed window. */
const CODE = `CASE WHEN is_suppressed THEN 'SUPPRESSED' WHEN halted IS NOT NULL THEN 'CAMPAIGN_' || upper(halted)
  ELSE 'WINDOW_CLOSED' END`;

/** The statements of taking calls back. */
@Injectable()
export class WithdrawalRepository {
  constructor(
    private readonly database: Database,
    private readonly counters: CampaignCountersRepository,
    private readonly outbox: Outbox,
  ) {}

  /**
   * `queued → canceled` for every queued call that must not be placed any more: its campaign is not active, its window has
   * closed, or its number is suppressed. The attempt is given back; the lead is pending again, or fails as suppressed.
   *
   * It waits for each call that is being moved to `dialing` at this moment and then leaves that one alone. So, whatever
   * the guard's snapshot (READ COMMITTED) knew of a pause or suppression that was committed before this statement began,
   * every call is afterwards in one of three states:
   * - the guard had locked its row first: it is visible as `dialing` now, and `countUnsettled` waits for it;
   * - this statement locked it first: the guard, woken, checks the row again, finds it canceled and moves nothing;
   * - it was inserted after this statement's snapshot, by a claim that may not have known of the suppression: a guard that
   *   can see it began later still, and so knows. It refuses, and the call is withdrawn then.
   * (A call that returns from `dialing` to the queue is met by the next look, or its `send_by` has passed; a second guard
   * that had waited for its row so long has passed the fence too, which counts from before the guard.)
   * @param campaignId null: of every campaign
   * @returns campaigns with a free slot, or with leads that waited for one of the numbers
   */
  async withdrawQueued(tx: Tx, campaignId: string | null): Promise<string[]> {
    const scope = campaignId === null ? '$1::uuid IS NULL' : 'c.campaign_id = $1';
    const [row] = await this.database.query<Answered>(
      `WITH waiting AS MATERIALIZED (
         SELECT c.id, ${isSuppressed('c')} AS is_suppressed,
           (SELECT k.status FROM campaigns k WHERE k.id = c.campaign_id AND k.status <> 'active') AS halted
         FROM calls c WHERE ${scope} AND c.status = 'queued' AND c.${IS_OPEN}
           AND (NOT EXISTS (SELECT 1 FROM campaigns k WHERE k.id = c.campaign_id AND k.status = 'active')
             OR c.dial_before <= clock_timestamp()
             OR ${isSuppressed('c')})
         ORDER BY c.id FOR UPDATE OF c
       ), gone AS (
         UPDATE calls SET status = 'canceled', outcome = 'canceled', ended_at = clock_timestamp(), cost_micros = 0,
           error_code = ${CODE}
         FROM waiting WHERE calls.id = waiting.id AND calls.status = 'queued'
         RETURNING calls.id, calls.workspace_id, lead_id, campaign_id, phone_number, is_suppressed, error_code, calls AS call_row
       ), told AS (
         INSERT INTO call_events (call_id, workspace_id, type, status, data)
         SELECT id, workspace_id, 'call.withdrawn', 'canceled', jsonb_build_object('code', error_code) FROM gone
       ), back AS (
         UPDATE leads SET attempts = GREATEST(0, attempts - 1), updated_at = clock_timestamp(),
           status = CASE WHEN is_suppressed THEN 'failed' ELSE 'pending' END,
           reason = CASE WHEN is_suppressed THEN 'suppressed' ELSE reason END
         FROM gone WHERE leads.id = gone.lead_id AND leads.status = 'calling'
         RETURNING leads.campaign_id, leads.status, leads AS lead_row
       ), freed AS (
         UPDATE leads SET next_attempt_at = NULL, blocked_reason = NULL FROM gone
         WHERE leads.phone_number = gone.phone_number AND leads.blocked_reason = 'number_busy'
           AND leads.status = 'pending' RETURNING leads.campaign_id
       ), counted AS (
         SELECT campaign_id AS "campaignId", (count(*) FILTER (WHERE status = 'pending'))::int AS pending,
           (count(*) FILTER (WHERE status = 'failed'))::int AS failed
         FROM back GROUP BY campaign_id
       ), ${recordEvents(callEnds('gone'), leadEnds('back'))}
       SELECT COALESCE((SELECT json_agg(counted) FROM counted), '[]') AS withdrawn,
         ARRAY(SELECT campaign_id FROM freed UNION SELECT campaign_id FROM gone)::text[] AS woken,
         ${QUEUED_FOR} AS "queuedFor"`,
      [campaignId],
      tx,
    );
    const { withdrawn = [], woken = [], queuedFor } = row ?? {};
    this.outbox.ring(queuedFor);
    const deltas = withdrawn.map(
      ({ campaignId: id, pending, failed }) => [id, { calling: -pending - failed, pending, failed }] as const,
    );
    await this.counters.applyMany(tx, new Map(deltas));
    return woken;
  }

  /** Calls whose placement may still begin, or be on its way out. */
  async countUnsettled(halt: Halt): Promise<number> {
    const [row] = await this.database.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM calls WHERE ${conditionOf(halt)} AND ${IS_OPEN}
         AND (status = 'queued' OR (status = 'dialing' AND send_by > clock_timestamp()))`,
      parametersOf(halt),
    );
    return row?.count ?? 0;
  }

  /** Calls the carrier accepted and of which it has told nothing since. */
  acceptedOnly(halt: Halt): Promise<CarrierHeldCall[]> {
    return this.database.query(
      `SELECT id, carrier_sid AS sid FROM calls WHERE ${conditionOf(halt)} AND ${IS_OPEN} AND status = 'initiated'
         AND ${hasSid('calls')}
         AND NOT EXISTS (SELECT 1 FROM call_events e WHERE e.call_id = calls.id AND e.type = 'carrier.callback')`,
      parametersOf(halt),
    );
  }

  atCarrier(halt: Halt): Promise<CarrierHeldCall[]> {
    return this.database.query(
      `SELECT id, carrier_sid AS sid FROM calls WHERE ${conditionOf(halt)} AND ${IS_OPEN} AND ${hasSid('calls')}`,
      parametersOf(halt),
    );
  }
}

function conditionOf(halt: Halt): string {
  return halt === 'suppressed' ? isSuppressed('calls') : 'campaign_id = $1';
}

function parametersOf(halt: Halt): string[] {
  return halt === 'suppressed' ? [] : [halt.campaignId];
}
