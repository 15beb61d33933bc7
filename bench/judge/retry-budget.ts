import type { CampaignFact } from './evidence.js';

/** Outcomes after which the simple form calls nobody again. */
const REACHED = new Set(['answered', 'voicemail']);

/** How often a lead of the campaign may be rung in all. Rules have one budget together, the largest of them. */
export function attemptsOf({ retryFailed, retryAttempts, retryRules }: CampaignFact): number {
  if (retryRules) return 1 + Math.max(0, ...retryRules.map(({ attempts }) => attempts));
  return retryFailed ? 1 + retryAttempts : 1;
}

/** How many calls with this outcome may be followed by another one each. */
export function followedAfter(campaign: CampaignFact, outcome: string): number {
  const { retryRules } = campaign;
  if (retryRules) return retryRules.find(({ on }) => on === outcome)?.attempts ?? 0;
  return REACHED.has(outcome) ? 0 : attemptsOf(campaign) - 1;
}
