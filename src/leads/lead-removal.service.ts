import { Injectable } from '@nestjs/common';
import { CampaignCountersRepository, CampaignsRepository } from '../campaigns/index.js';
import { newId, notFound, ruleError } from '../common/index.js';
import { Database } from '../database/index.js';
import { Audit } from '../journal/index.js';
import { leadsChange } from './lead-changes.js';
import { LeadsRepository, type StatusCounts } from './leads.repository.js';

/** Leads deleted in one transaction: it holds the campaign's lock, which calls in progress wait for, some 100 ms. */
const BATCH = 5000;

/** Empties a campaign. */
@Injectable()
export class LeadRemoval {
  constructor(
    private readonly database: Database,
    private readonly campaigns: CampaignsRepository,
    private readonly leads: LeadsRepository,
    private readonly counters: CampaignCountersRepository,
    private readonly audit: Audit,
  ) {}

  /**
   * Deletes all leads that are there now, batch by batch. Each batch decides anew, under the campaign's lock, so a
   * campaign that is started meanwhile is never emptied under the dialer: the rest of its leads stays.
   * @returns how many leads were deleted
   * @throws DomainError `CAMPAIGN_NOT_FOUND`, `CAMPAIGN_ACTIVE`, `CAMPAIGN_HAS_OPEN_CALLS`
   */
  async deleteAll(campaignId: string): Promise<number> {
    // Ids grow with time: leads added from now on are not meant.
    const before = newId();
    let deleted = 0;
    for (;;) {
      const batch = await this.deleteBatch(campaignId, before, deleted);
      deleted += batch;
      if (batch === 0) break;
    }
    if (deleted === 0) this.audit.changedNothing();
    return deleted;
  }

  private deleteBatch(campaignId: string, before: string, soFar: number): Promise<number> {
    return this.database.transaction(async (tx) => {
      const status = await this.campaigns.lock(tx, campaignId);
      if (!status) throw notFound('Campaign');
      const details = soFar > 0 ? `${soFar} leads had been deleted before` : undefined;
      if (status === 'active') {
        throw ruleError('CAMPAIGN_ACTIVE', 'Cannot delete all leads of an active campaign', details);
      }
      if (await this.campaigns.hasOpenCalls(tx, campaignId)) {
        throw ruleError('CAMPAIGN_HAS_OPEN_CALLS', 'Cannot delete all leads while calls are open', details);
      }
      const counts = await this.leads.deleteSome(tx, campaignId, before, BATCH);
      const deleted = Object.values(counts).reduce((sum, count) => sum + count, 0);
      if (deleted === 0) return 0;
      await this.audit.record(tx, leadsChange('lead.bulk_deleted', campaignId, { deleted, before: soFar }));
      await this.counters.apply(tx, campaignId, negated(counts));
      return deleted;
    });
  }
}

function negated(counts: StatusCounts): StatusCounts {
  return Object.fromEntries(Object.entries(counts).map(([status, count]) => [status, -count]));
}
