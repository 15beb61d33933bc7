import { Injectable } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import { CampaignCountersRepository } from '../../campaigns/index.js';
import { Database } from '../../database/index.js';
import { BlockedLeadsRepository } from './blocked-leads.repository.js';
import { ReadinessJudge } from './readiness-judge.js';

/** Whoever holds the leads that are left is done by then, or they are looked at again: not round and round. */
const HELD_MS = 100;

/** Puts leads whose turn has come and who are not to be called out of the claim's way. */
@Injectable()
export class BlockedLeads {
  constructor(
    private readonly database: Database,
    private readonly counters: CampaignCountersRepository,
    private readonly leads: BlockedLeadsRepository,
    private readonly judge: ReadinessJudge,
  ) {}

  /**
   * Judges the leads that a claim would take next, a batch of them: those to be called stay, the others wait or fail, with
   * their reasons. Where the campaign's window is new, it first frees a batch of those that wait for the old one.
   */
  async sweep(campaignId: string): Promise<void> {
    const campaign = await this.leads.campaign(campaignId);
    if (!campaign) return;
    if (campaign.hasNewWindow) {
      const { found, freed } = await this.leads.freeSome(campaignId);
      if (found === 0) await this.leads.windowApplied(campaignId);
      else if (freed === 0) await delay(HELD_MS);
      return;
    }
    const judged = await this.judge.judge(campaign, await this.leads.nextReady(campaignId));
    await this.database.transaction(async (tx) => {
      const failed = await this.leads.block(tx, campaign, judged);
      await this.counters.apply(tx, campaignId, { pending: -failed, failed });
    });
  }
}
