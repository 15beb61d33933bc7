import { forbids } from '../bans.js';
import type { Docket, Operation, Placed, Violation } from '../evidence.js';
import { groupBy } from '../docket.js';

/**
 * 5: after a pause or stop has answered, no placement begins until somebody asks to go on. Tolerance 0 ms: the
 * carrier and whoever asked share one clock, and `placedAt` is later than the instant the bytes left.
 */
export function halts({ placed, operations }: Docket): Violation[] {
  const byCampaign = groupBy(operations, (each) => each.campaignId);
  return placed.flatMap((placement) => {
    const asked = byCampaign.get(placement.call?.campaignId ?? '') ?? [];
    const goOns = asked.filter(({ action }) => action === 'start' || action === 'resume');
    const halt = asked.find((each) => isHalt(each) && forbids(each, placement.placedAt, goOns));
    return halt ? [violationOf(placement, halt)] : [];
  });
}

const isHalt = ({ action }: Operation): boolean => action === 'pause' || action === 'stop';

function violationOf({ sid, placedAt, call }: Placed, halt: Operation): Violation {
  const late = placedAt - halt.answeredAt;
  return {
    invariant: 5,
    rule: 'halts',
    sentence: `The placement ${sid} began ${late.toFixed(1)} ms after its campaign's ${halt.action} had answered`,
    evidence: { placedAt, halt, campaignId: call?.campaignId },
  };
}
