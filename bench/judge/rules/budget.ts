import { groupBy, hasRung } from '../docket.js';
import type { CampaignFact, Docket, Placed, Violation } from '../evidence.js';
import { hasOptedOut } from '../opt-outs.js';
import { attemptsOf, followedAfter } from '../retry-budget.js';

/** 5: nobody is rung more often than the attempt budget allows, nor again once they have answered or asked not to be. */
export function budget(docket: Docket): Violation[] {
  const rang = docket.placed.filter(hasRung);
  return [...groupBy(rang, (each) => each.call?.leadId ?? null)].flatMap(([leadId, placements]) => {
    const campaign = docket.campaignById.get(placements[0]?.call?.campaignId ?? '');
    return [
      ...(campaign ? overBudget(campaign, leadId, placements) : []),
      ...(campaign ? overRule(campaign, leadId, placements) : []),
      ...afterAnswer(leadId, placements, campaign),
      ...afterOptOut(docket, leadId, placements),
    ];
  });
}

function overBudget(campaign: CampaignFact, leadId: string, placements: Placed[]): Violation[] {
  const most = attemptsOf(campaign);
  if (placements.length <= most) return [];
  return [
    violation(`The lead ${leadId} was rung ${placements.length} times, its budget is ${most}`, placements),
  ];
}

/** Each outcome may be answered by another call only so often. */
function overRule(campaign: CampaignFact, leadId: string, placements: Placed[]): Violation[] {
  const followed = placements.slice(0, -1);
  return [...groupBy(followed, ({ call }) => call?.outcome ?? null)].flatMap(([outcome, calls]) => {
    // Of these it is said that nothing at all may follow.
    if (outcome === 'answered') return [];
    const most = followedAfter(campaign, outcome);
    if (calls.length <= most) return [];
    const sentence = `The lead ${leadId} was rung again after ${calls.length} calls that ended as ${outcome}, ${most} may be followed`;
    return [violation(sentence, placements)];
  });
}

function afterAnswer(leadId: string, placements: Placed[], campaign?: CampaignFact): Violation[] {
  const answered = placements.findIndex((each) => each.status === 'completed' && !mayFollow(each, campaign));
  return hasLater(answered, placements)
    ? [violation(`The lead ${leadId} was rung again after it had answered`, placements)]
    : [];
}

/** A voicemail that took the call is no answer where a rule names it. */
function mayFollow({ call }: Placed, campaign?: CampaignFact): boolean {
  return call?.outcome === 'voicemail' && campaign !== undefined && followedAfter(campaign, 'voicemail') > 0;
}

function afterOptOut(docket: Docket, leadId: string, placements: Placed[]): Violation[] {
  const last = placements.findIndex(({ callId }) => callId !== null && hasOptedOut(docket, callId));
  return hasLater(last, placements)
    ? [violation(`The lead ${leadId} was rung again after it had opted out`, placements)]
    : [];
}

function hasLater(index: number, placements: Placed[]): boolean {
  return index >= 0 && index < placements.length - 1;
}

function violation(sentence: string, placements: Placed[]): Violation {
  const shown = placements.map(({ sid, callId, placedAt, status, call }) => {
    return { sid, callId, placedAt, status, attempt: call?.attempt, outcome: call?.outcome };
  });
  return { invariant: 5, rule: 'budget', sentence, evidence: { placements: shown } };
}
