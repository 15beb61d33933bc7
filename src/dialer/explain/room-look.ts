import { Injectable } from '@nestjs/common';
import type { Campaign } from '../../campaigns/index.js';
import { outsideScope, toMicros } from '../../common/index.js';
import { AppConfig } from '../../config/index.js';
import { AccountShares } from '../account-shares.js';
import { ClaimLimits } from '../claim-limits.js';
import { ClaimRepository } from '../claim.repository.js';
import { freeSlots } from '../rules/slots.js';
import { accountReasons, budgetReasons, slotReasons } from './campaign-reasons.js';
import { ExplainRepository } from './explain.repository.js';
import type { Reason } from './reasons.js';

/** Looks at the limits of an active campaign with the claim's own rules and counts, and without its locks. */
@Injectable()
export class RoomLook {
  constructor(
    private readonly claims: ClaimRepository,
    private readonly limits: ClaimLimits,
    private readonly shares: AccountShares,
    private readonly explains: ExplainRepository,
    private readonly config: AppConfig,
  ) {}

  /** @param phoneNumber of the lead to be called; null: any */
  async reasonsOf(campaign: Campaign, phoneNumber: string | null): Promise<Reason[]> {
    const { id, maxConcurrent, callDelay } = campaign;
    const [counts, agents, turns, budget] = await Promise.all([
      this.claims.countOpen(undefined, id),
      this.claims.agents(id),
      this.explains.turns(id),
      this.budget(campaign, phoneNumber),
    ]);
    const limits = { maxConcurrent, callDelay, ...counts, agents, cps: this.config.CARRIER_CPS ?? null };
    const account = await this.account(campaign, freeSlots(limits));
    return [...slotReasons(limits, turns), ...budget, ...account];
  }

  private async budget(campaign: Campaign, phoneNumber: string | null): Promise<Reason[]> {
    const { id, maxCalls, maxSpend } = campaign;
    if (maxCalls === null && maxSpend === null) return [];
    const budget = { maxCalls, maxSpend: maxSpend === null ? null : toMicros(maxSpend) };
    const reserve = phoneNumber === null ? 0 : this.limits.priceOf(phoneNumber).reserve;
    return budgetReasons(budget, await this.claims.budgetUse(undefined, id), reserve);
  }

  private async account({ id, weight }: Campaign, wanted: number): Promise<Reason[]> {
    const { CARRIER_MAX_CONCURRENT: cap } = this.config;
    if (cap === undefined) return [];
    const look = () => this.shares.look({ id, weight }, Math.max(1, wanted));
    // What decides is the whole account; what is shown of it is the workspace's own.
    const [claim, own] = await Promise.all([outsideScope(look), look()]);
    return accountReasons(claim, own.accounts, cap);
  }
}
