import { Injectable } from '@nestjs/common';
import { CampaignCountersRepository } from '../campaigns/index.js';
import { Database, type Tx } from '../database/index.js';
import { isSuppressed } from './suppressed.js';

/** Ready leads looked at in one transaction: some 100 ms where all of them are suppressed. */
const BATCH = 5000;

/** Fails leads whose turn has come and whose number must not be called. */
@Injectable()
export class SuppressedLeads {
  constructor(
    private readonly database: Database,
    private readonly counters: CampaignCountersRepository,
  ) {}

  /**
   * Fails the suppressed ones among the leads that a claim would take next, with the reason `suppressed`. It waits for
   * nobody: a lead that somebody else holds is left for the next time.
   */
  sweep(campaignId: string): Promise<void> {
    return this.database.transaction(async (tx) => {
      const failed = await this.failNext(tx, campaignId);
      await this.counters.apply(tx, campaignId, { pending: -failed, failed });
    });
  }

  /** Only the suppressed ones are locked: a claim in another process must not find the others taken. */
  private async failNext(tx: Tx, campaignId: string): Promise<number> {
    const { affected } = await this.database.run(
      `WITH next AS MATERIALIZED (
         SELECT id, workspace_id, campaign_id, phone_number FROM leads
         WHERE campaign_id = $1 AND status = 'pending' AND next_attempt_at IS NULL
         ORDER BY priority DESC, id LIMIT ${BATCH}
       ), barred AS MATERIALIZED (
         SELECT id FROM leads
         WHERE id = ANY (ARRAY(SELECT id FROM next WHERE ${isSuppressed('next')}))
           AND status = 'pending' AND next_attempt_at IS NULL AND ${isSuppressed('leads')}
         ORDER BY id FOR UPDATE SKIP LOCKED
       )
       UPDATE leads SET status = 'failed', reason = 'suppressed', updated_at = clock_timestamp()
       FROM barred WHERE leads.id = barred.id`,
      [campaignId],
      tx,
    );
    return affected;
  }
}
