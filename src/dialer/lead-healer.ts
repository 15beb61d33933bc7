import { Injectable, Logger } from '@nestjs/common';
import { CampaignCountersRepository } from '../campaigns/index.js';
import { Database } from '../database/index.js';
import { ReconcileRepository } from './reconcile.repository.js';

/** Finds leads that are `calling` with no open call, and makes them wait again. */
@Injectable()
export class LeadHealer {
  private readonly log = new Logger(LeadHealer.name);

  constructor(
    private readonly database: Database,
    private readonly found: ReconcileRepository,
    private readonly counters: CampaignCountersRepository,
  ) {}

  /** @returns the campaigns whose leads were healed: an error somewhere, so it is reported as one */
  async heal(): Promise<string[]> {
    const healed = await this.database.transaction(async (tx) => {
      const leads = await this.found.healLeads(tx);
      const deltas = leads.map(
        ({ campaignId, count }) => [campaignId, { calling: -count, pending: count }] as const,
      );
      await this.counters.applyMany(tx, new Map(deltas));
      return leads;
    });
    for (const { campaignId, count } of healed) {
      this.log.error(`${count} leads of campaign ${campaignId} were calling without a call; they wait again`);
    }
    return healed.map((each) => each.campaignId);
  }
}
