import type { Campaign } from '../../campaigns/index.js';
import type { Lead } from '../../leads/index.js';
import type { CandidateLead, JudgedCampaign } from '../readiness/judgement.js';

/** A campaign as the readiness judge sees it, at one time. */
export function judgedCampaign(campaign: Campaign, now: Date): JudgedCampaign {
  const { id, callingWindow, rulePack, maxAttemptsPerNumber } = campaign;
  return { id, callingWindow, rulePack, maxAttemptsPerNumber, now };
}

/** A lead as the readiness judge sees it. */
export function candidateOf({ id, phoneNumber, timezone }: Lead, isSuppressed: boolean): CandidateLead {
  return { id, phoneNumber, timezone, isSuppressed };
}
