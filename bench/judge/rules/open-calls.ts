import { groupBy } from '../docket.js';
import type { Docket, Placed, Violation } from '../evidence.js';
import { mostAtOnce, overlapping, type Span } from '../intervals.js';

const placementSpan = (placement: Placed): Span<string> => ({
  from: placement.placedAt,
  to: placement.endedAt ?? Infinity,
  of: placement.sid,
});

/** A call row holds its slot and its number from the claim to its end, whatever is known of it meanwhile. */
function rowSpans(
  docket: Docket,
): { span: Span<string>; campaignId: string; agentId: string | null; to: string }[] {
  return docket.calls.flatMap((call) => {
    const claimed = docket.eventsByCall.get(call.id)?.find((event) => event.type === 'call.claimed');
    if (!claimed) return [];
    const span = { from: claimed.at, to: call.endedAt ?? Infinity, of: call.id };
    return [{ span, campaignId: call.campaignId, agentId: call.agentId, to: call.phoneNumber }];
  });
}

/** 2: two open calls to one number at once, at the carrier or in our own rows. */
export function oneCallPerNumber(docket: Docket): Violation[] {
  const told =
    (where: string) =>
    (pair: [Span<string>, Span<string>], to: string): Violation => ({
      invariant: 2,
      rule: 'one-call-per-number',
      sentence: `${to} was in two calls at once (${where})`,
      evidence: { first: pair[0], second: pair[1] },
    });
  const placements = [...groupBy(docket.placed, (each) => each.to)].flatMap(([to, calls]) =>
    overlapping(calls.map(placementSpan)).map((pair) => told('at the carrier')(pair, to)),
  );
  const rows = [...groupBy(rowSpans(docket), (each) => each.to)].flatMap(([to, calls]) =>
    overlapping(calls.map((each) => each.span)).map((pair) => told('in our rows')(pair, to)),
  );
  return [...placements, ...rows];
}

interface Limit {
  /** Whose limit, e.g. `campaign 0198…`. */
  of: string;
  most: number;
  spans: Span<string>[];
}

/** 3: more open calls than a campaign, an agent or the account may have, at any instant. */
export function openLimits(docket: Docket): Violation[] {
  return limitsOf(docket).flatMap(({ of, most, spans }) => {
    const found = mostAtOnce(spans);
    if (found.count <= most) return [];
    const { count, at, open } = found;
    return [
      {
        invariant: 3,
        rule: 'open-limits',
        sentence: `${of} had ${count} open calls at once, ${most} are allowed`,
        evidence: { at, open },
      },
    ];
  });
}

function limitsOf(docket: Docket): Limit[] {
  const rows = rowSpans(docket);
  const { maxConcurrent } = docket.account;
  const both = (
    of: string,
    most: number,
    isOfPlacement: (placement: Placed) => boolean,
    isOfRow: (row: (typeof rows)[number]) => boolean,
  ): Limit[] => [
    { of: `${of} (at the carrier)`, most, spans: docket.placed.filter(isOfPlacement).map(placementSpan) },
    { of: `${of} (in our rows)`, most, spans: rows.filter(isOfRow).map((row) => row.span) },
  ];
  const all = () => true;
  return [
    ...docket.campaigns.flatMap(({ id, maxConcurrent: most }) =>
      both(
        `The campaign ${id}`,
        most,
        (each) => each.call?.campaignId === id,
        (row) => row.campaignId === id,
      ),
    ),
    ...docket.agents.flatMap(({ id, maxConcurrentCalls: most }) =>
      both(
        `The agent ${id}`,
        most,
        (each) => each.call?.agentId === id,
        (row) => row.agentId === id,
      ),
    ),
    ...(maxConcurrent === null ? [] : both('The account', maxConcurrent, all, all)),
  ];
}
