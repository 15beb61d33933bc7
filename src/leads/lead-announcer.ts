import { Injectable, Logger } from '@nestjs/common';
import { LeadHooks } from './lead.hooks.js';

/** Tells the rooms above that a campaign has leads to call. */
@Injectable()
export class LeadAnnouncer {
  private readonly logger = new Logger('Leads');

  constructor(private readonly hooks: LeadHooks) {}

  /** After the commit. Never throws: the leads are in, and a wake that failed is made up for by the dialer's tick. */
  async announce(campaignId: string): Promise<void> {
    try {
      await this.hooks.added.each((hook) => hook.leadsAdded(campaignId));
    } catch (error) {
      this.logger.warn(`Nobody could be told of the new leads of campaign ${campaignId}: ${String(error)}`);
    }
  }
}
