import { windowRulesOf, type ClosedReason, type WindowRules } from '../../compliance/index.js';
import { cappedBy, combined, judgementOf, MAY_CALL, type Judgement } from '../../dialer/index.js';
import type { VirtualCampaign, VirtualLead } from './scenario.js';

/** The campaign's own clock says that nobody may be called; until then, or (null) never. */
export interface ClosedForAll {
  reason: ClosedReason;
  until: Date | null;
}

/** Judges leads whose turn has come by the dialer's own rules. */
export class VirtualReadiness {
  private readonly rules: WindowRules | null;
  /** The campaign's own clock is known to be open until then; epoch ms. */
  private openUntil = -Infinity;

  constructor(private readonly campaign: VirtualCampaign) {
    this.rules = windowRulesOf(campaign.callingWindow, campaign.rulePack);
  }

  /** Whether leads are judged by their own clocks. */
  get needsClock(): boolean {
    return this.rules?.needsClock ?? false;
  }

  judge(lead: VirtualLead, now: Date): Judgement {
    if (lead.source.isSuppressed) return { kind: 'fail', reason: 'suppressed' };
    const byWindow = this.rules ? judgementOf(this.rules.verdict(lead.zones, now)) : MAY_CALL;
    return this.campaign.maxAttemptsPerNumber ? combined([byWindow, this.byCap(lead, now)]) : byWindow;
  }

  /** As long as this is so the campaign claims nothing. */
  closedForAll(now: Date): ClosedForAll | null {
    if (!this.rules || now.getTime() < this.openUntil) return null;
    const verdict = this.rules.verdictOnAll(now);
    if (!verdict.open) return { reason: verdict.reason, until: verdict.opensAt };
    this.openUntil = verdict.closesAt?.getTime() ?? Infinity;
    return null;
  }

  private byCap({ calledAt }: VirtualLead, now: Date): Judgement {
    const cap = this.campaign.maxAttemptsPerNumber;
    const nthLatest = cap && calledAt?.at(-cap.attempts);
    const capped = cap && nthLatest ? cappedBy(cap, new Date(nthLatest), now) : null;
    return capped ? { kind: 'wait', until: capped.nextAttemptAt, reason: capped.reason } : MAY_CALL;
  }
}
