import { Injectable } from '@nestjs/common';
import { windowRulesOf, zonesOf, zonesOfNumber, type Verdict } from '../../compliance/index.js';
import type { Judgement, JudgedCampaign, LeadRule, ReadinessRule } from './judgement.js';

/** A lead is called only while the campaign's window and rule pack are open by every clock it may live by. */
@Injectable()
export class WindowRule implements ReadinessRule {
  prepare({ callingWindow, rulePack, now }: JudgedCampaign): LeadRule | null {
    const rules = windowRulesOf(callingWindow, rulePack);
    if (!rules) return null;
    return ({ timezone, phoneNumber }) =>
      judgementOf(rules.verdict(timezone === null ? zonesOfNumber(phoneNumber) : zonesOf(timezone), now));
  }
}

/** What a window's verdict means for a lead. */
export function judgementOf(verdict: Verdict): Judgement {
  if (verdict.open) return { kind: 'call', dialBefore: verdict.closesAt };
  const { opensAt, reason } = verdict;
  if (opensAt) return { kind: 'wait', until: opensAt, reason };
  return { kind: 'fail', reason: reason === 'unknown_zone' ? reason : 'never_in_window' };
}
