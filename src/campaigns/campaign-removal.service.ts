import { Injectable } from '@nestjs/common';
import { notFound, ruleError } from '../common/index.js';
import { Database, type Tx } from '../database/index.js';
import { Audit } from '../journal/index.js';
import { CampaignCountersRepository } from './campaign-counters.repository.js';
import { CampaignRemovalRepository } from './campaign-removal.repository.js';
import { CampaignsRepository } from './campaigns.repository.js';

/** Rows deleted in one transaction, which holds the campaign's locks for some 200 ms. */
const BATCH = 5000;

/** Deletes campaigns. */
@Injectable()
export class CampaignRemoval {
  constructor(
    private readonly database: Database,
    private readonly campaigns: CampaignsRepository,
    private readonly rows: CampaignRemovalRepository,
    private readonly counters: CampaignCountersRepository,
    private readonly audit: Audit,
  ) {}

  /**
   * Deletes a campaign with its calls and leads, batch by batch, and itself with the last. Each batch decides anew
   * under the campaign's lock: a start, a claim or an import either has committed, and is seen, or waits, and finds the
   * campaign as the batch left it. One started between two batches is kept, with what it still has.
   * @throws DomainError `CAMPAIGN_NOT_FOUND`, `CAMPAIGN_ACTIVE`, `CAMPAIGN_HAS_OPEN_CALLS`
   */
  async delete(id: string): Promise<void> {
    for (let isGone = false; !isGone;) {
      isGone = await this.database.transaction((tx) => this.deleteBatch(tx, id));
    }
  }

  /** Answers whether the campaign is gone. */
  private async deleteBatch(tx: Tx, id: string): Promise<boolean> {
    await this.campaigns.close(tx, id);
    const campaign = await this.campaigns.findLocked(tx, id);
    if (!campaign) throw notFound('Campaign');
    const { name, status } = campaign;
    await this.refuseIfRunning(tx, id, status);
    await this.rows.keepAgents(tx, id);
    const calls = await this.rows.calls(tx, id, BATCH);
    const leads = await this.rows.leads(tx, id, BATCH - calls.rows);
    const isLast = calls.rows + leads.rows < BATCH;
    const action = isLast ? 'campaign.deleted' : 'campaign.emptied';
    const change = { action, entity: 'campaign', entityId: id, campaignId: id, before: { name, status } };
    await this.audit.record(tx, { ...change, details: { calls: calls.rows, leads: leads.rows } });
    if (isLast) {
      await this.campaigns.delete(tx, id);
      return true;
    }
    await this.counters.apply(tx, id, { ...calls.delta, ...leads.delta });
    return false;
  }

  private async refuseIfRunning(tx: Tx, id: string, status: string): Promise<void> {
    if (status === 'active') {
      throw ruleError(
        'CAMPAIGN_ACTIVE',
        'Cannot delete an active campaign',
        'Pause or stop the campaign first',
      );
    }
    if (await this.campaigns.hasOpenCalls(tx, id)) {
      throw ruleError(
        'CAMPAIGN_HAS_OPEN_CALLS',
        'Cannot delete a campaign that has open calls',
        'Wait until they end, or end them with POST …/stop?hangup=true',
      );
    }
  }
}
