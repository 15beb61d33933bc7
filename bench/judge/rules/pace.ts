import { groupBy } from '../docket.js';
import type { Docket, Placed, Violation } from '../evidence.js';

/** How much two clocks readings and a busy machine may blur a gap. Milliseconds. */
const JITTER_MS = 10;
/** One placement more than the rate may fall into a second, for the same reason. */
const CPS_JITTER = 1;

/** 4: the campaign's delay between two placements, and the account's calls per second. */
export function pace(docket: Docket): Violation[] {
  const campaigns = [...groupBy(docket.placed, (each) => each.call?.campaignId ?? null)];
  const delays = campaigns.flatMap(([id, placements]) => {
    const delay = docket.campaignById.get(id)?.callDelay ?? 0;
    return delay > 0 ? gapsBelow(placements, delay, id) : [];
  });
  const { cps } = docket.account;
  return cps === null ? delays : [...delays, ...rateAbove(docket.placed, cps)];
}

function gapsBelow(placements: Placed[], delay: number, campaignId: string): Violation[] {
  return placements.slice(1).flatMap((placement, index) => {
    const before = placements[index];
    const gap = placement.placedAt - (before?.placedAt ?? -Infinity);
    if (gap >= delay - JITTER_MS) return [];
    return [
      {
        invariant: 4,
        rule: 'pace',
        sentence: `The campaign ${campaignId} placed two calls ${gap.toFixed(1)} ms apart, ${delay} ms are asked for`,
        evidence: { sids: [before?.sid, placement.sid], placedAt: [before?.placedAt, placement.placedAt] },
      },
    ];
  });
}

function rateAbove(placements: Placed[], cps: number): Violation[] {
  const most = Math.ceil(cps) + CPS_JITTER;
  const found = placements.findIndex((placement, index) => {
    const first = placements[index - most];
    return first !== undefined && placement.placedAt - first.placedAt < 1000;
  });
  if (found < 0) return [];
  const second = placements.slice(found - most, found + 1);
  return [
    {
      invariant: 4,
      rule: 'pace',
      sentence: `The account placed ${second.length} calls within a second, ${cps} are allowed`,
      evidence: { from: second[0]?.placedAt, to: second.at(-1)?.placedAt },
    },
  ];
}
