import { Injectable, Logger } from '@nestjs/common';
import { outsideScope } from '../common/index.js';
import type { Line } from '../database/index.js';
import { ClaimService } from './claim.service.js';
import { BlockedLeads } from './readiness/blocked-leads.js';

/**
 * Claims for campaigns that have something to do. Per campaign one claim runs and one waits, however many events
 * ask for one: what arrives while it runs is served by the one after it.
 */
@Injectable()
export class CampaignWaker {
  private readonly log = new Logger(CampaignWaker.name);
  private readonly running = new Map<string, Promise<void>>();
  private readonly pending = new Set<string>();
  private isStopping = false;

  constructor(
    private readonly claims: ClaimService,
    private readonly blocked: BlockedLeads,
  ) {}

  /** Asks for a claim and returns at once; a failure is logged, and the tick asks again. */
  wake(campaignId: string): void {
    if (this.isStopping) return;
    this.pending.add(campaignId);
    if (!this.running.has(campaignId)) this.run(campaignId);
  }

  /**
   * Claims right behind a statement on its way that ends calls of the campaign, and so need not be woken for them.
   * @returns false: a claim is under way already, which may miss them
   */
  claimBehind(campaignId: string, line: Line): boolean {
    if (this.isStopping || this.running.has(campaignId)) return false;
    this.pending.add(campaignId);
    this.run(campaignId, line);
    return true;
  }

  wakeAll(campaignIds: Iterable<string>): void {
    for (const id of campaignIds) this.wake(id);
  }

  /** Claims nothing more; resolves when the claims under way are committed and queued. */
  async stop(): Promise<void> {
    this.isStopping = true;
    await Promise.all(this.running.values());
  }

  private run(campaignId: string, line?: Line): void {
    const run = outsideScope(() => this.serve(campaignId, line)).finally(() =>
      this.running.delete(campaignId),
    );
    this.running.set(campaignId, run);
  }

  private async serve(campaignId: string, line?: Line): Promise<void> {
    for (let first = line; this.pending.delete(campaignId); first = undefined) {
      try {
        const claim = await this.claims.claim(campaignId, first);
        if (claim.metBlocked) await this.blocked.sweep(campaignId);
        this.wakeAll(claim.owed);
        if (claim.again) this.pending.add(campaignId);
      } catch (error) {
        this.log.error(`Claim for campaign ${campaignId} failed: ${String(error)}`);
      }
    }
  }
}
