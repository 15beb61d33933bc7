import { groupBy, hasRung } from '../docket.js';
import type { CampaignFact, Docket, Placed, Violation } from '../evidence.js';

/** 5: nobody is rung more often than the attempt budget allows, nor again once they have answered. */
export function budget(docket: Docket): Violation[] {
  const rang = docket.placed.filter(hasRung);
  return [...groupBy(rang, (each) => each.call?.leadId ?? null)].flatMap(([leadId, placements]) => [
    ...overBudget(docket, leadId, placements),
    ...afterAnswer(leadId, placements),
  ]);
}

/** How often a lead of the campaign may be rung. */
export function attemptsOf({ retryFailed, retryAttempts }: CampaignFact): number {
  return retryFailed ? 1 + retryAttempts : 1;
}

function overBudget({ campaignById }: Docket, leadId: string, placements: Placed[]): Violation[] {
  const campaign = campaignById.get(placements[0]?.call?.campaignId ?? '');
  const most = campaign ? attemptsOf(campaign) : Infinity;
  if (placements.length <= most) return [];
  return [
    violation(`The lead ${leadId} was rung ${placements.length} times, its budget is ${most}`, placements),
  ];
}

function afterAnswer(leadId: string, placements: Placed[]): Violation[] {
  const answered = placements.findIndex((each) => each.status === 'completed');
  if (answered < 0 || answered === placements.length - 1) return [];
  return [violation(`The lead ${leadId} was rung again after it had answered`, placements)];
}

function violation(sentence: string, placements: Placed[]): Violation {
  const shown = placements.map(({ sid, callId, placedAt, status, call }) => {
    return { sid, callId, placedAt, status, attempt: call?.attempt };
  });
  return { invariant: 5, rule: 'budget', sentence, evidence: { placements: shown } };
}
