import type { Docket, Evidence, EventFact, Placed, PlacementFact } from './evidence.js';

const CALL_IN_URL = /\/calls\/([0-9a-f-]{36})\/status/i;

/** Draws the cross-references that several rules need. */
export function docketOf(evidence: Evidence): Docket {
  const callById = new Map(evidence.calls.map((call) => [call.id, call]));
  const eventsByCall = new Map<string, EventFact[]>();
  for (const event of evidence.events) {
    const known = eventsByCall.get(event.callId);
    if (known) known.push(event);
    else eventsByCall.set(event.callId, [event]);
  }
  const withCall = (placement: PlacementFact): Placed => {
    const callId = CALL_IN_URL.exec(placement.statusCallback ?? '')?.[1] ?? null;
    return { ...placement, callId, call: callId === null ? null : (callById.get(callId) ?? null) };
  };
  return {
    ...evidence,
    campaignById: new Map(evidence.campaigns.map((campaign) => [campaign.id, campaign])),
    callById,
    eventsByCall,
    placed: evidence.ledger.placements.map(withCall).toSorted((a, b) => a.placedAt - b.placedAt),
  };
}

/** Groups by a key; what has none is left out. */
export function groupBy<T>(items: readonly T[], keyOf: (item: T) => string | null): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    if (key === null) continue;
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

/** Whether somebody's phone rang: all but what was canceled, or failed to be dialed, before it could. */
export function hasRung(placement: PlacementFact): boolean {
  if (placement.status !== 'canceled') return true;
  return placement.events.some((event) => event.status === 'ringing' || event.status === 'in-progress');
}
