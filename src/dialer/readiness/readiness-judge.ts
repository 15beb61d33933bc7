import { Inject, Injectable } from '@nestjs/common';
import type { Tx } from '../../database/index.js';
import { inSlices } from '../../imports/index.js';
import {
  combined,
  type CandidateLead,
  type Judged,
  type JudgedCampaign,
  type ReadinessRule,
} from './judgement.js';

export const READINESS_RULES = Symbol('READINESS_RULES');

/** Says of leads whose turn has come whether they are called, wait, or fail; each with a named reason. */
@Injectable()
export class ReadinessJudge {
  constructor(@Inject(READINESS_RULES) private readonly rules: readonly ReadinessRule[]) {}

  async judge<L extends CandidateLead>(campaign: JudgedCampaign, leads: L[], tx?: Tx): Promise<Judged<L>[]> {
    const prepared = await Promise.all(this.rules.map(async (rule) => rule.prepare(campaign, leads, tx)));
    const rules = prepared.filter((rule) => rule !== null);
    const judged: Judged<L>[] = [];
    await inSlices(leads, (lead) => {
      judged.push({ lead, judgement: combined(rules.map((rule) => rule(lead))) });
    });
    return judged;
  }
}
