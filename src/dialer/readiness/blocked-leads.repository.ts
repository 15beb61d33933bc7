import { Injectable } from '@nestjs/common';
import { CLOSED_REASONS } from '../../compliance/index.js';
import { Database, type Tx } from '../../database/index.js';
import { Outbox, QUEUED_FOR, recordEvents } from '../../journal/index.js';
import { isSuppressed } from '../suppressed.js';
import { leadEnds } from '../told-events.js';
import type { CandidateLead, Judged, JudgedCampaign } from './judgement.js';

/** Leads looked at in one transaction: some 200 ms where all of them are blocked. */
const BATCH = 5000;

export interface SweptCampaign extends JudgedCampaign {
  /** Leads that wait for another window than this one are to be freed first. */
  hasNewWindow: boolean;
}

/** A lead that is not called now: until then, or, without a time, never. */
interface Blocked {
  lead: CandidateLead;
  reason: string;
  until: Date | null;
}

/** The statements that put leads out of the claim's way, and back. */
@Injectable()
export class BlockedLeadsRepository {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
  ) {}

  /** An active campaign. */
  async campaign(id: string): Promise<SweptCampaign | undefined> {
    const [campaign] = await this.database.query<SweptCampaign>(
      `SELECT id, calling_window AS "callingWindow", rule_pack AS "rulePack",
         max_attempts_per_number AS "maxAttemptsPerNumber", has_new_window AS "hasNewWindow",
         clock_timestamp() AS now
       FROM campaigns WHERE id = $1 AND status = 'active'`,
      [id],
    );
    return campaign;
  }

  /** The leads that a claim would take next. Nobody is kept from them. @param limit one of few: each is a statement of its own */
  nextReady(campaignId: string, limit = BATCH): Promise<CandidateLead[]> {
    return this.database.query(
      `SELECT id, phone_number AS "phoneNumber", timezone, ${isSuppressed('leads')} AS "isSuppressed" FROM leads
       WHERE campaign_id = $1 AND status = 'pending' AND next_attempt_at IS NULL
       ORDER BY (-priority), id LIMIT ${limit}`,
      [campaignId],
    );
  }

  /**
   * Writes down what was judged, of leads that are still as they were then, while the campaign still has the window and the cap
   * they were judged by: it is held until then, so that no change of them can come in between. Only these leads are locked: a
   * claim in another process must not find the others taken. It waits for nobody: what somebody else holds is left for the
   * next time.
   * @returns how many failed
   */
  async block(tx: Tx, campaign: JudgedCampaign, judged: Judged[]): Promise<number> {
    const blocked = judged.flatMap(blockedOf);
    const [row] = await this.database.query<{ failed: number; queuedFor: string[] }>(
      `WITH judged AS (
         SELECT * FROM unnest($4::uuid[], $5::text[], $6::text[], $7::text[], $8::timestamptz[])
           AS j (id, phone_number, timezone, reason, until)
       ), campaign AS MATERIALIZED (
         SELECT id FROM campaigns WHERE id = $1 AND status = 'active' AND NOT has_new_window
           AND calling_window IS NOT DISTINCT FROM $2::jsonb AND rule_pack = $3
           AND max_attempts_per_number IS NOT DISTINCT FROM $9::jsonb FOR SHARE
       ), barred AS MATERIALIZED (
         SELECT l.id, j.reason, j.until FROM campaign k CROSS JOIN judged j JOIN leads l ON l.id = j.id
         WHERE l.status = 'pending' AND l.next_attempt_at IS NULL AND l.phone_number = j.phone_number
           AND l.timezone IS NOT DISTINCT FROM j.timezone AND (j.reason <> 'suppressed' OR ${isSuppressed('l')})
         ORDER BY l.id FOR UPDATE OF l SKIP LOCKED
       ), moved AS (
         UPDATE leads SET next_attempt_at = until,
           blocked_reason = CASE WHEN until IS NOT NULL THEN barred.reason END,
           status = CASE WHEN until IS NULL THEN 'failed' ELSE status END,
           reason = CASE WHEN until IS NULL THEN barred.reason ELSE leads.reason END,
           updated_at = CASE WHEN until IS NULL THEN clock_timestamp() ELSE updated_at END
         FROM barred WHERE leads.id = barred.id RETURNING leads.status, leads AS lead_row
       ), ${recordEvents(leadEnds('moved'))}
       SELECT (count(*) FILTER (WHERE status = 'failed'))::int AS failed, ${QUEUED_FOR} AS "queuedFor" FROM moved`,
      [
        campaign.id,
        campaign.callingWindow && JSON.stringify(campaign.callingWindow),
        campaign.rulePack,
        blocked.map(({ lead }) => lead.id),
        blocked.map(({ lead }) => lead.phoneNumber),
        blocked.map(({ lead }) => lead.timezone),
        blocked.map(({ reason }) => reason),
        blocked.map(({ until }) => until),
        campaign.maxAttemptsPerNumber && JSON.stringify(campaign.maxAttemptsPerNumber),
      ],
      tx,
    );
    this.outbox.ring(row?.queuedFor);
    return row?.failed ?? 0;
  }

  /** Makes leads ready that wait for a window that is no more. @returns how many there were, a batch at the most, and how many nobody else held */
  async freeSome(campaignId: string): Promise<{ found: number; freed: number }> {
    const [row] = await this.database.query<{ found: number; freed: number }>(
      `WITH found AS MATERIALIZED (
         SELECT id FROM leads WHERE campaign_id = $1 AND status = 'pending' AND blocked_reason = ANY($2) LIMIT ${BATCH}
       ), waiting AS MATERIALIZED (
         SELECT id FROM leads WHERE id = ANY (ARRAY(SELECT id FROM found)) AND status = 'pending'
           AND blocked_reason = ANY($2) ORDER BY id FOR UPDATE SKIP LOCKED
       ), freed AS (
         UPDATE leads SET next_attempt_at = NULL, blocked_reason = NULL FROM waiting WHERE leads.id = waiting.id RETURNING 1
       )
       SELECT (SELECT count(*)::int FROM found) AS found, (SELECT count(*)::int FROM freed) AS freed`,
      [campaignId, CLOSED_REASONS],
    );
    return row ?? { found: 0, freed: 0 };
  }

  /** All that waited for the old window are free. */
  async windowApplied(campaignId: string): Promise<void> {
    await this.database.run(
      `UPDATE campaigns SET has_new_window = false WHERE id = $1 AND has_new_window AND status = 'active'`,
      [campaignId],
    );
  }
}

function blockedOf({ lead, judgement }: Judged): Blocked[] {
  switch (judgement.kind) {
    case 'call':
      return [];
    case 'wait':
      return [{ lead, reason: judgement.reason, until: judgement.until }];
    case 'fail':
      return [{ lead, reason: judgement.reason, until: null }];
  }
}
