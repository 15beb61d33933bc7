import { Injectable } from '@nestjs/common';
import { CallsQueue } from './calls.queue.js';
import { CampaignWaker } from './campaign-waker.js';
import { PlacementRepository } from './placement.repository.js';
import { ReconcileRepository } from './reconcile.repository.js';
import { ReconcileService } from './reconcile.service.js';
import { WithdrawalService } from './withdrawal.service.js';

/** A queued call's job is doubted after so long without news. */
const DOUBT_JOB_AFTER_MS = 3000;

/** Mends what a crash, a lost job or a lost callback left behind. Every step is safe to repeat. */
@Injectable()
export class HealingService {
  constructor(
    private readonly found: ReconcileRepository,
    private readonly reconcile: ReconcileService,
    private readonly placements: PlacementRepository,
    private readonly withdrawals: WithdrawalService,
    private readonly queue: CallsQueue,
    private readonly waker: CampaignWaker,
  ) {}

  async wakeDueLeads(): Promise<void> {
    this.waker.wakeAll(await this.found.promoteDueLeads());
  }

  async heal(): Promise<void> {
    await this.withdrawLeftovers();
    await this.requeueLostJobs();
    this.waker.wakeAll(await this.found.idleCampaigns());
    await this.reconcile.askAboutSilentCalls();
  }

  private async withdrawLeftovers(): Promise<void> {
    for (const id of await this.found.haltedWithQueued()) await this.withdrawals.withdrawQueued(id);
  }

  /** Redis may have lost the job, or a process died between its commit and its queueing: the call gets a new one. */
  private async requeueLostJobs(): Promise<void> {
    for (const call of await this.found.queuedSince(DOUBT_JOB_AFTER_MS)) {
      if (await this.queue.has(call)) continue;
      const seq = await this.placements.requeueQueued(call.id, { code: 'JOB_LOST' });
      if (seq !== null) await this.queue.add([{ id: call.id, seq }]);
    }
  }
}
