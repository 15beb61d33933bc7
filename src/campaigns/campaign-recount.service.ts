import { Injectable } from '@nestjs/common';
import { Database } from '../database/index.js';
import {
  CampaignCountersRepository,
  type Comparison,
  type CounterDelta,
} from './campaign-counters.repository.js';
import { CampaignsRepository } from './campaigns.repository.js';

/** Counters of a campaign that are not what a count of its leads and calls says. */
export interface CampaignDifference {
  campaignId: string;
  wrong: { counter: keyof CounterDelta; kept: number; counted: number }[];
}

export interface RecountResult {
  campaigns: number;
  differences: CampaignDifference[];
}

/** Invariant 9, checked and, should it ever be broken, restored. Both may run while calls are made. */
@Injectable()
export class CampaignRecount {
  constructor(
    private readonly campaigns: CampaignsRepository,
    private readonly counters: CampaignCountersRepository,
    private readonly database: Database,
  ) {}

  check(): Promise<RecountResult> {
    return this.each(async (id) => differenceOf(id, await this.counters.compare(id)));
  }

  /** Sets wrong counters right. Only a campaign that is wrong has its counters locked, for as long as a count takes. */
  mend(): Promise<RecountResult> {
    return this.each(async (id) => {
      const suspected = differenceOf(id, await this.counters.compare(id));
      return suspected && this.mendOne(id);
    });
  }

  private mendOne(id: string): Promise<CampaignDifference | undefined> {
    return this.database.transaction(async (tx) => {
      await this.counters.lockShards(tx, id);
      const difference = differenceOf(id, await this.counters.compare(id, tx));
      const delta = difference?.wrong.map(({ counter, kept, counted }) => [counter, counted - kept]) ?? [];
      await this.counters.apply(tx, id, Object.fromEntries(delta) as CounterDelta);
      return difference;
    });
  }

  private async each(look: (id: string) => Promise<CampaignDifference | undefined>): Promise<RecountResult> {
    const ids = await this.campaigns.ids();
    const differences: CampaignDifference[] = [];
    for (const id of ids) {
      const difference = await look(id);
      if (difference) differences.push(difference);
    }
    return { campaigns: ids.length, differences };
  }
}

function differenceOf(campaignId: string, { kept, counted }: Comparison): CampaignDifference | undefined {
  const names = Object.keys(counted) as (keyof CounterDelta)[];
  const wrong = names
    .map((counter) => ({ counter, kept: kept[counter], counted: counted[counter] }))
    .filter((one) => one.kept !== one.counted);
  return wrong.length > 0 ? { campaignId, wrong } : undefined;
}
