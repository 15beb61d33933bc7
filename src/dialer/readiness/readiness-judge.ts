import { Inject, Injectable } from '@nestjs/common';
import type { Tx } from '../../database/index.js';
import { inSlices } from '../../imports/index.js';
import {
  combined,
  type CandidateLead,
  type Judged,
  type JudgedCampaign,
  type Judgement,
  type LeadRule,
  type ReadinessRule,
} from './judgement.js';

export const READINESS_RULES = Symbol('READINESS_RULES');

/** Says of leads whose turn has come whether they are called, wait, or fail; each with a named reason. */
@Injectable()
export class ReadinessJudge {
  constructor(@Inject(READINESS_RULES) private readonly rules: readonly ReadinessRule[]) {}

  async judge<L extends CandidateLead>(campaign: JudgedCampaign, leads: L[], tx?: Tx): Promise<Judged<L>[]> {
    const rules = await this.prepare(campaign, leads, tx);
    const judged: Judged<L>[] = [];
    await inSlices(leads, (lead) => {
      judged.push({ lead, judgement: combined(rules.map((rule) => rule(lead))) });
    });
    return judged;
  }

  /** What each rule says of one lead, in the order of the rules; those that its campaign does not use are left out. */
  async judgeEach(campaign: JudgedCampaign, lead: CandidateLead): Promise<Judgement[]> {
    return (await this.prepare(campaign, [lead])).map((rule) => rule(lead));
  }

  private async prepare(campaign: JudgedCampaign, leads: CandidateLead[], tx?: Tx): Promise<LeadRule[]> {
    const prepared = await Promise.all(this.rules.map(async (rule) => rule.prepare(campaign, leads, tx)));
    return prepared.filter((rule) => rule !== null);
  }
}
