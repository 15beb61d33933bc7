import { Injectable } from '@nestjs/common';
import { AppConfig } from '../config/index.js';
import type { Tx } from '../database/index.js';
import { AccountSharesRepository, type AccountLook } from './account-shares.repository.js';
import { settleAccounts, shareOut, type Account } from './rules/shares.js';

/** The account's slots as one claim found them, locked. */
export interface AccountClaim {
  campaignId: string;
  /** Slots the claim may take. */
  granted: number;
  /** Everybody's books, settled to this moment; the claiming campaign's among them. */
  accounts: Account[];
}

/** Shares the account's slots by weight, over all campaigns and processes. Only where `CARRIER_MAX_CONCURRENT` is set. */
@Injectable()
export class AccountShares {
  constructor(
    private readonly books: AccountSharesRepository,
    private readonly config: AppConfig,
  ) {}

  get isCapped(): boolean {
    return this.config.CARRIER_MAX_CONCURRENT !== undefined;
  }

  /**
   * Locks the account and says how many slots the campaign may take now: what is due to others stays for them.
   * @param wanted slots that every other limit of the campaign leaves
   */
  async open(tx: Tx, campaign: { id: string; weight: number }, wanted: number): Promise<AccountClaim> {
    return this.shareOf(await this.books.lock(tx), campaign, wanted);
  }

  /** What `open` would say now, without the lock. */
  async look(campaign: { id: string; weight: number }, wanted: number): Promise<AccountClaim> {
    return this.shareOf(await this.books.read(), campaign, wanted);
  }

  private shareOf(
    { accounts, elapsedMs }: AccountLook,
    campaign: { id: string; weight: number },
    wanted: number,
  ): AccountClaim {
    const credits = settleAccounts(accounts, elapsedMs);
    const settled = accounts.map((each) => ({ ...each, credit: credits.get(each.id) ?? 0 }));
    const { id, weight } = campaign;
    const own = settled.find((each) => each.id === id) ?? {
      id,
      weight,
      open: 0,
      held: 0,
      credit: 0,
      demand: 0,
    };
    const wishing = { ...own, demand: own.open + wanted };
    const all = [...settled.filter((each) => each.id !== id), wishing];
    return { campaignId: id, granted: shareOut(this.cap, all).get(id) ?? 0, accounts: all };
  }

  /**
   * Writes down what came of the claim.
   * @param stillWanted slots it would take if they were granted
   * @returns ids of the campaigns that the free slots are due to: they must claim
   */
  async close(tx: Tx, claim: AccountClaim, taken: number, stillWanted: number): Promise<string[]> {
    const now = claim.accounts.map((each) => {
      const open = each.id === claim.campaignId ? each.open + taken : each.open;
      const demand = each.id === claim.campaignId ? open + stillWanted : each.demand;
      return { ...each, open, demand, held: open };
    });
    await this.books.write(tx, claim.campaignId, now);
    return [...shareOut(this.cap, now).keys()].filter((id) => id !== claim.campaignId);
  }

  private get cap(): number {
    return this.config.CARRIER_MAX_CONCURRENT ?? Infinity;
  }
}
