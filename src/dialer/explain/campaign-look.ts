import { Injectable } from '@nestjs/common';
import type { Campaign } from '../../campaigns/index.js';
import { CallerIds } from '../caller-ids.service.js';
import { callerIdReasons, lifeReasons, windowReasons } from './campaign-reasons.js';
import { ExplainRepository } from './explain.repository.js';
import type { Reason } from './reasons.js';
import { RoomLook } from './room-look.js';

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
    private readonly room: RoomLook,
    private readonly callerIds: CallerIds,
    private readonly explains: ExplainRepository,
  ) {}

  /** By the database's clock. */
  now(): Promise<Date> {
    return this.explains.now();
  }

  /** @param phoneNumber of the lead to be called; null: any */
  async reasonsOf(campaign: Campaign, now: Date, phoneNumber: string | null): Promise<CampaignReasons> {
    const isActive = campaign.status === 'active';
    return {
      life: lifeReasons(campaign, now),
      clock: windowReasons(campaign, now),
      room: isActive ? await this.roomReasons(campaign, phoneNumber) : [],
    };
  }

  private async roomReasons(campaign: Campaign, phoneNumber: string | null): Promise<Reason[]> {
    const [room, pool] = await Promise.all([
      this.room.reasonsOf(campaign, phoneNumber),
      this.callerIds.known().then((known) => this.callerIds.poolOf(campaign, known)),
    ]);
    return [...room, ...callerIdReasons(pool)];
  }
}
