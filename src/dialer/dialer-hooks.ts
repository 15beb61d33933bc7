import { Injectable, type OnModuleInit } from '@nestjs/common';
import { CampaignHooks, type CampaignLifecycleHook } from '../campaigns/index.js';
import { outsideScope } from '../common/index.js';
import { SuppressionHooks, type SuppressionListener } from '../compliance/index.js';
import { LeadHooks, type LeadsListener } from '../leads/index.js';
import { CampaignWaker } from './campaign-waker.js';
import { NumberCaps } from './number-cap.service.js';
import { WithdrawalService } from './withdrawal.service.js';

/** The dialer's answers to what the rooms below ask. It works for the system: a number that comes free may be waited for anywhere. */
@Injectable()
export class DialerHooks implements OnModuleInit, CampaignLifecycleHook, LeadsListener, SuppressionListener {
  constructor(
    private readonly campaignHooks: CampaignHooks,
    private readonly leadHooks: LeadHooks,
    private readonly suppressionHooks: SuppressionHooks,
    private readonly waker: CampaignWaker,
    private readonly withdrawals: WithdrawalService,
    private readonly numberCaps: NumberCaps,
  ) {}

  onModuleInit(): void {
    this.campaignHooks.lifecycle.add(this);
    this.leadHooks.added.add(this);
    this.suppressionHooks.added.add(this);
  }

  started(campaignId: string): Promise<void> {
    this.waker.wake(campaignId);
    // Not awaited: it may be a million leads, and the campaign goes on meanwhile.
    void outsideScope(() => this.numberCaps.reconsider(campaignId)).then((any) => {
      if (any) this.waker.wake(campaignId);
    });
    return Promise.resolve();
  }

  halted(campaignId: string, o: { hangup: boolean }): Promise<void> {
    return outsideScope(() => this.withdrawals.halt(campaignId, o.hangup));
  }

  suppressed(): Promise<void> {
    return outsideScope(() => this.withdrawals.haltSuppressed());
  }

  leadsAdded(campaignId: string): Promise<void> {
    this.waker.wake(campaignId);
    return Promise.resolve();
  }
}
