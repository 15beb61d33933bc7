import { Injectable } from '@nestjs/common';
import type { PausedReason } from '../campaigns/index.js';
import { fromMicros } from '../common/index.js';
import { AppConfig } from '../config/index.js';
import type { Tx } from '../database/index.js';
import { AccountShares, type AccountClaim } from './account-shares.js';
import { ClaimRepository, type ClaimingCampaign, type ReadyLead } from './claim.repository.js';
import { allowanceOf, callsLeft, reserveFor, type Allowance, type BudgetUse } from './rules/budget.js';
import { Rates } from './rules/rates.js';
import { freeSlots, type AgentLoad } from './rules/slots.js';

/** What every limit leaves to one claim, under all locks it needs. */
export interface ClaimRoom {
  agents: AgentLoad[];
  /** Open calls of the campaign. */
  open: number;
  /** Slots that the campaign's own limits leave. */
  wanted: number;
  /** Of these, what the account leaves. */
  granted: number;
  /** Null: the account has no cap. */
  account: AccountClaim | null;
  /** Null: the campaign has neither maxCalls nor maxSpend. */
  use: BudgetUse | null;
}

/** The limits of a claim, in the order of their locks: campaign (held already), agents, account. */
@Injectable()
export class ClaimLimits {
  constructor(
    private readonly claims: ClaimRepository,
    private readonly shares: AccountShares,
    private readonly rates: Rates,
    private readonly config: AppConfig,
  ) {}

  async roomFor(
    tx: Tx,
    campaign: ClaimingCampaign,
    counts: { open: number; queued: number },
  ): Promise<ClaimRoom> {
    const { id, maxConcurrent, callDelay, maxCalls, maxSpend } = campaign;
    const agents = campaign.hasAgents ? await this.claims.lockAgents(tx, id) : [];
    const use = maxCalls === null && maxSpend === null ? null : await this.claims.budgetUse(tx, id);
    const slots = freeSlots({
      ...{ maxConcurrent, callDelay, agents, ...counts },
      cps: this.config.CARRIER_CPS ?? null,
    });
    const wanted = use ? Math.min(slots, callsLeft(campaign, use)) : slots;
    const account = this.shares.isCapped ? await this.shares.open(tx, campaign, wanted) : null;
    return { agents, open: counts.open, wanted, granted: account?.granted ?? wanted, account, use };
  }

  /** How many of these leads may be called within maxCalls and maxSpend. */
  allowanceFor(campaign: ClaimingCampaign, { use }: ClaimRoom, leads: readonly ReadyLead[]): Allowance {
    if (!use) return { calls: leads.length, reached: null };
    const reserves = leads.map(({ phoneNumber }) => this.priceOf(phoneNumber).reserve);
    return allowanceOf(campaign, use, reserves);
  }

  /** What a call to this number may cost, in micros: a minute, and at most. */
  priceOf(phoneNumber: string): { rate: number; reserve: number } {
    const rate = this.rates.perMinute(phoneNumber);
    return { rate, reserve: reserveFor(rate, this.config.CALL_TIME_LIMIT_S * 1000) };
  }

  /** Why a campaign pauses that has reached one of its limits. */
  reasonFor(campaign: ClaimingCampaign, { use }: ClaimRoom, { reached }: Allowance): PausedReason | null {
    if (!use || reached === null) return null;
    const { maxCalls, maxSpend } = campaign;
    const message =
      reached === 'MAX_CALLS_REACHED'
        ? `${use.placed + use.open} of at most ${maxCalls ?? 0} calls are placed: raise maxCalls and resume`
        : `${fromMicros(use.spent)} of at most ${fromMicros(maxSpend ?? 0)} is spent, by estimate, and the next call may cost more than the rest: raise maxSpend and resume`;
    return { code: reached, message };
  }

  /** @returns the campaigns that free slots of the account are due to */
  async close(tx: Tx, { account }: ClaimRoom, taken: number, stillWanted: number): Promise<string[]> {
    return account ? this.shares.close(tx, account, taken, stillWanted) : [];
  }
}
