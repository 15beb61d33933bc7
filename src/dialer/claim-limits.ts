import { Injectable } from '@nestjs/common';
import type { SelfPause } from '../campaigns/index.js';
import { fromMicros } from '../common/index.js';
import { AppConfig } from '../config/index.js';
import type { Tx } from '../database/index.js';
import { AccountShares, type AccountClaim } from './account-shares.js';
import { ClaimRepository, type ClaimingCampaign, type ReadyLead } from './claim.repository.js';
import { allowanceOf, callsLeft, reserveFor, type Allowance, type BudgetUse } from './rules/budget.js';
import { Rates } from './rules/rates.js';
import { freeSlots, type AgentLoad } from './rules/slots.js';

/** What a campaign's own limits leave to one claim. */
export interface OwnRoom {
  agents: AgentLoad[];
  /** Open calls of the campaign. */
  open: number;
  /** Slots that they leave. */
  wanted: number;
  /** Null: the campaign has neither maxCalls nor maxSpend. */
  use: BudgetUse | null;
}

/** What every limit leaves, under all locks it needs. */
export interface ClaimRoom extends OwnRoom {
  /** Of the slots wanted, what the account leaves. */
  granted: number;
  /** Null: the account has no cap. */
  account: AccountClaim | null;
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

  get hasAccountLimit(): boolean {
    return this.shares.isCapped || this.config.CARRIER_CPS !== undefined;
  }

  /** Under the campaign's lock, and its agents'. */
  async ownRoom(
    tx: Tx,
    campaign: ClaimingCampaign,
    counts: { open: number; queued: number },
  ): Promise<OwnRoom> {
    const { id, maxConcurrent, callDelay, maxCalls, maxSpend } = campaign;
    const agents = campaign.hasAgents ? await this.claims.lockAgents(tx, id) : [];
    const use = maxCalls === null && maxSpend === null ? null : await this.claims.budgetUse(tx, id);
    const slots = freeSlots({
      ...{ maxConcurrent, callDelay, agents, ...counts },
      cps: this.config.CARRIER_CPS ?? null,
    });
    const wanted = use ? Math.min(slots, callsLeft(campaign, use)) : slots;
    return { agents, open: counts.open, wanted, use };
  }

  /** Under the account's lock too, where it has a cap. */
  async withAccount(tx: Tx, campaign: ClaimingCampaign, own: OwnRoom): Promise<ClaimRoom> {
    const account = this.shares.isCapped ? await this.shares.open(tx, campaign, own.wanted) : null;
    return { ...own, granted: account?.granted ?? own.wanted, account };
  }

  /** A campaign that claims nothing now wants no slot. @returns whom the account's free slots are due to */
  async wantsNone(tx: Tx, campaign: ClaimingCampaign): Promise<string[]> {
    if (!this.shares.isCapped) return [];
    return this.shares.close(tx, await this.shares.open(tx, campaign, 0), 0, 0);
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
  reasonFor(campaign: ClaimingCampaign, { use }: ClaimRoom, { reached }: Allowance): SelfPause | null {
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
