import { Injectable, Logger } from '@nestjs/common';
import { CampaignWaker } from './campaign-waker.js';
import { JobHealer } from './job-healer.js';
import { LeadHealer } from './lead-healer.js';
import { ReconcileRepository } from './reconcile.repository.js';
import { ReconcileService } from './reconcile.service.js';
import { WithdrawalService } from './withdrawal.service.js';

/** Of each second, so much for leads that become ready. */
const PROMOTE_MS = 500;

/** Mends what a crash, a lost job or a lost callback left behind. Every step is safe to repeat. */
@Injectable()
export class HealingService {
  private readonly log = new Logger(HealingService.name);

  constructor(
    private readonly found: ReconcileRepository,
    private readonly reconcile: ReconcileService,
    private readonly withdrawals: WithdrawalService,
    private readonly jobs: JobHealer,
    private readonly leads: LeadHealer,
    private readonly waker: CampaignWaker,
  ) {}

  /** The windows of a whole list open at one instant: a few leads of another campaign must not wait behind it for minutes. */
  async wakeDueLeads(): Promise<void> {
    const began = performance.now();
    for (let hasMore = true; hasMore && performance.now() - began < PROMOTE_MS;) {
      const promoted = await this.found.promoteDueLeads();
      this.waker.wakeAll(promoted.campaigns);
      ({ hasMore } = promoted);
    }
  }

  /** Each step by itself: while Redis is away, what needs only Postgres and the carrier goes on. */
  async heal(): Promise<void> {
    const steps = {
      withdraw: () => this.withdrawals.withdrawQueued(null),
      jobs: () => this.jobs.heal(),
      leads: async () => {
        this.waker.wakeAll(await this.leads.heal());
      },
      idle: async () => {
        this.waker.wakeAll(await this.found.idleCampaigns());
      },
      silent: () => this.reconcile.askAboutSilentCalls(),
    };
    for (const [name, step] of Object.entries(steps)) {
      await step().catch((error: unknown) => {
        this.log.warn(`Healing (${name}) failed and is tried again: ${String(error)}`);
      });
    }
  }
}
