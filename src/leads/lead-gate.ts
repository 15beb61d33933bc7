import { Injectable } from '@nestjs/common';
import { CampaignCountersRepository, CampaignsRepository } from '../campaigns/index.js';
import { notFound } from '../common/index.js';
import { andOwn, Database, type Tx } from '../database/index.js';
import { LeadAnnouncer } from './lead-announcer.js';

/**
 * So many leads at once change what plans should be, and Postgres would see it a minute later: until then a search
 * could read every one of them. Analyzing takes some 200 ms, whatever their number.
 */
const MANY = 10_000;

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
   * @throws DomainError `CAMPAIGN_NOT_FOUND` if the campaign was deleted meanwhile
   */
  async admit(campaignId: string, insert: (tx: Tx) => Promise<number>): Promise<number> {
    const created = await this.database.transaction(async (tx) => {
      await this.campaigns.holdOpen(tx, campaignId);
      if (!(await this.exists(tx, campaignId))) throw notFound('Campaign');
      const inserted = await insert(tx);
      if (inserted >= MANY) await this.database.query('SELECT analyze_leads()', [], tx);
      await this.counters.apply(tx, campaignId, { pending: inserted });
      return inserted;
    });
    if (created > 0) await this.announcer.announce(campaignId);
    return created;
  }

  private async exists(tx: Tx, campaignId: string): Promise<boolean> {
    const values = [campaignId];
    const rows = await this.database.query(
      `SELECT 1 FROM campaigns WHERE id = $1${andOwn(values)}`,
      values,
      tx,
    );
    return rows.length > 0;
  }
}
