import { Injectable } from '@nestjs/common';
import type { Tx } from '../../database/index.js';
import { NumberCaps } from '../number-cap.service.js';
import {
  MAY_CALL,
  type CandidateLead,
  type JudgedCampaign,
  type LeadRule,
  type ReadinessRule,
} from './judgement.js';

/** No number is called more often than the campaign's cap allows, by whatever campaign. */
@Injectable()
export class NumberCapRule implements ReadinessRule {
  constructor(private readonly caps: NumberCaps) {}

  async prepare(campaign: JudgedCampaign, leads: CandidateLead[], tx?: Tx): Promise<LeadRule | null> {
    const { id, maxAttemptsPerNumber: cap, now } = campaign;
    if (!cap) return null;
    const held = await this.caps.judge(leads, { id, cap, now }, tx);
    const untilOf = new Map(held.map((lead) => [lead.id, lead.nextAttemptAt]));
    return (lead) => {
      const until = untilOf.get(lead.id);
      return until ? { kind: 'wait', until, reason: 'number_cap' } : MAY_CALL;
    };
  }
}
