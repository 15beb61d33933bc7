import { Injectable } from '@nestjs/common';
import { CampaignCountersRepository, CampaignsRepository } from '../campaigns/index.js';
import { notFound } from '../common/index.js';
import { Database, type Tx } from '../database/index.js';
import { LeadAnnouncer } from './lead-announcer.js';

/** The one door leads come in by: all or none, counted, while the campaign is held open. */
@Injectable()
export class LeadGate {
  constructor(
    private readonly database: Database,
    private readonly campaigns: CampaignsRepository,
    private readonly counters: CampaignCountersRepository,
    private readonly announcer: LeadAnnouncer,
  ) {}

  /**
   * Runs `insert` in one transaction, in which the campaign can neither complete nor be deleted, counts what it
   * inserted, and tells the rooms above once it is committed.
   * @param insert answers how many leads it inserted
   * @param prepare runs before the campaign is held, in the same transaction: what takes long goes here
   * @throws DomainError `CAMPAIGN_NOT_FOUND` if the campaign was deleted meanwhile
   */
  async admit(
    campaignId: string,
    insert: (tx: Tx) => Promise<number>,
    prepare?: (tx: Tx) => Promise<void>,
  ): Promise<number> {
    const created = await this.database.transaction(async (tx) => {
      await prepare?.(tx);
      await this.campaigns.holdOpen(tx, campaignId);
      if (!(await this.exists(tx, campaignId))) throw notFound('Campaign');
      const inserted = await insert(tx);
      await this.counters.apply(tx, campaignId, { pending: inserted });
      return inserted;
    });
    if (created > 0) await this.announcer.announce(campaignId);
    return created;
  }

  private async exists(tx: Tx, campaignId: string): Promise<boolean> {
    const rows = await this.database.query('SELECT 1 FROM campaigns WHERE id = $1', [campaignId], tx);
    return rows.length > 0;
  }
}
