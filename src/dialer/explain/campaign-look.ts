import { Injectable } from '@nestjs/common';
import type { Campaign } from '../../campaigns/index.js';
import { AppConfig } from '../../config/index.js';
import { CallerIds } from '../caller-ids.service.js';
import { ClaimRepository } from '../claim.repository.js';
import { callerIdReasons, lifeReasons, slotReasons, windowReasons } from './campaign-reasons.js';
import { ExplainRepository } from './explain.repository.js';
import type { Reason } from './reasons.js';

/** Why nothing of a campaign is called now, in the order in which a claim would meet it. */
export interface CampaignReasons {
  /** Its life: it is not active, or at its end. */
  life: Reason[];
  /** Its own clock. */
  clock: Reason[];
  /** Its limits, agents, account, numbers; only of an active campaign, since others claim nothing. */
  room: Reason[];
}

/** Looks at a campaign with the claim's own rules and counts, and without its locks. */
@Injectable()
export class CampaignLook {
  constructor(
    private readonly claims: ClaimRepository,
    private readonly callerIds: CallerIds,
    private readonly explains: ExplainRepository,
    private readonly config: AppConfig,
  ) {}

  /** By the database's clock. */
  now(): Promise<Date> {
    return this.explains.now();
  }

  async reasonsOf(campaign: Campaign, now: Date): Promise<CampaignReasons> {
    const isActive = campaign.status === 'active';
    return {
      life: lifeReasons(campaign, now),
      clock: windowReasons(campaign, now),
      room: isActive ? [...(await this.slots(campaign)), ...(await this.numbers(campaign))] : [],
    };
  }

  private async slots({ id, maxConcurrent, callDelay }: Campaign): Promise<Reason[]> {
    const accountCap = this.config.CARRIER_MAX_CONCURRENT ?? null;
    const [counts, agents, accountOpen, turns] = await Promise.all([
      this.claims.countOpen(undefined, id),
      this.claims.agents(id),
      accountCap === null ? 0 : this.claims.countAccount(),
      this.explains.turns(id),
    ]);
    const accountFree = accountCap === null ? null : accountCap - accountOpen;
    const cps = this.config.CARRIER_CPS ?? null;
    const limits = { maxConcurrent, callDelay, ...counts, agents, accountFree, cps };
    return slotReasons(limits, { campaignTurnAt: turns.campaign, accountTurnAt: turns.account, accountCap });
  }

  private async numbers(campaign: Campaign): Promise<Reason[]> {
    return callerIdReasons(await this.callerIds.poolOf(campaign, await this.callerIds.known()));
  }
}
