import { mayBeDone } from '../bans.js';
import { groupBy } from '../docket.js';
import type { CallFact, CampaignFact, Docket, LeadFact, Violation } from '../evidence.js';
import { hasOptedOut } from '../opt-outs.js';
import { attemptsOf, followedAfter } from '../retry-budget.js';

/** What a lead ends with when its calls were made and reached nobody. */
const OUTCOMES = new Set(['busy', 'no_answer', 'failed', 'canceled', 'voicemail']);

const broken = (sentence: string, evidence: Record<string, unknown>): Violation => ({
  invariant: 6,
  rule: 'leads',
  sentence,
  evidence,
});

/**
 * 6: every campaign completes, and each of its leads is then completed or failed, with a reason that is true. One
 * that was stopped as its last call ended has come to its end too.
 */
export function leads(docket: Docket): Violation[] {
  const calls = groupBy(docket.calls, (call) => call.leadId);
  const ended = endedCampaigns(docket);
  return [
    ...docket.campaigns.flatMap(({ id, status }) =>
      ended.has(id) ? [] : [broken(`The campaign ${id} did not complete: it is ${status}`, {})],
    ),
    ...missing(docket),
    ...docket.leads
      .filter((lead) => ended.has(lead.campaignId))
      .flatMap((lead) => settled(docket, lead, calls.get(lead.id) ?? [])),
  ];
}

function missing({ promised, leads: found }: Docket): Violation[] {
  const known = new Set(found.map((lead) => `${lead.campaignId} ${lead.phoneNumber}`));
  return promised
    .filter((lead) => !known.has(`${lead.campaignId} ${lead.phoneNumber}`))
    .map((lead) => broken(`The lead ${lead.phoneNumber} of ${lead.campaignId} is gone`, { ...lead }));
}

function settled(docket: Docket, lead: LeadFact, calls: CallFact[]): Violation[] {
  const { id, status, reason } = lead;
  const campaign = docket.campaignById.get(lead.campaignId);
  if (!campaign || wasAddedAfter(campaign, lead)) return [];
  if (!isSettled(lead)) return [broken(`The lead ${id} is ${status} in a completed campaign`, { lead })];
  if (reason === null) return [broken(`The lead ${id} is ${status} without a reason`, { lead })];
  if (reason === 'opted_out') return optedOut(docket, lead, calls);
  if (reason === 'suppressed') return wasSuppressed(docket, lead);
  return [...(status === 'completed' ? reached(lead, calls) : []), ...notGivenUpEarly(campaign, lead, calls)];
}

function endedCampaigns({ campaigns, leads: all }: Docket): Set<string> {
  const atWork = new Set(all.filter((lead) => !isSettled(lead)).map((lead) => lead.campaignId));
  const isEnd = ({ id, status }: CampaignFact) =>
    status === 'completed' || (status === 'stopped' && !atWork.has(id));
  return new Set(campaigns.filter(isEnd).map(({ id }) => id));
}

function isSettled({ status }: LeadFact): boolean {
  return status === 'completed' || status === 'failed';
}

/** A completed campaign takes further leads; they wait until somebody starts it again. */
function wasAddedAfter({ completedAt }: CampaignFact, { status, createdAt }: LeadFact): boolean {
  return status === 'pending' && completedAt !== null && createdAt > completedAt;
}

function reached(lead: LeadFact, calls: CallFact[]): Violation[] {
  const wasReached = calls.some((call) => call.outcome === 'answered' || call.outcome === 'voicemail');
  return wasReached
    ? []
    : [broken(`The lead ${lead.id} is completed, but no call reached it`, { lead, calls })];
}

function optedOut(docket: Docket, lead: LeadFact, calls: CallFact[]): Violation[] {
  return calls.some(({ id }) => hasOptedOut(docket, id))
    ? []
    : [broken(`The lead ${lead.id} has opted out, but no key was pressed in its calls`, { lead, calls })];
}

/** By an operator, or by a key in any call to the number. */
function wasSuppressed(docket: Docket, lead: LeadFact): Violation[] {
  const { suppressions, calls } = docket;
  const isMeant = (campaignId: string | null) => campaignId === null || campaignId === lead.campaignId;
  const wasAsked = suppressions.some(
    (each) =>
      each.action === 'suppress' &&
      each.phoneNumber === lead.phoneNumber &&
      isMeant(each.campaignId) &&
      mayBeDone(each),
  );
  const hasPressed = () =>
    calls.some(({ id, phoneNumber }) => phoneNumber === lead.phoneNumber && hasOptedOut(docket, id));
  return wasAsked || hasPressed()
    ? []
    : [broken(`The lead ${lead.id} failed, but nobody suppressed its number`, { lead })];
}

/** A call that was taken back used no attempt, nor did the first that was never placed. */
function notGivenUpEarly(campaign: CampaignFact, lead: LeadFact, calls: CallFact[]): Violation[] {
  const { id, status, reason } = lead;
  if (reason === null || !OUTCOMES.has(reason)) return [];
  const made = calls.filter((call) => call.outcome !== 'canceled' || call.carrierSid !== null);
  const neverPlaced = made.find((call) => call.errorCode === 'NOT_PLACED');
  const used = made.filter((call) => call !== neverPlaced);
  const alike = used.filter(({ outcome }) => outcome === reason);
  const most = attemptsOf(campaign);
  if (used.length >= most || alike.length > followedAfter(campaign, reason)) return [];
  return [
    broken(`The lead ${id} ${status} after ${used.length} of ${most} attempts`, {
      lead,
      calls: calls.map(({ id: callId, attempt, outcome, errorCode }) => {
        return { id: callId, attempt, outcome, errorCode };
      }),
    }),
  ];
}
