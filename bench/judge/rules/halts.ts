import type { Docket, Operation, Placed, Violation } from '../evidence.js';
import { groupBy } from '../docket.js';

/** How long after a lost answer the request itself may still take effect. Milliseconds. */
const LOST_MARGIN_MS = 2000;

/**
 * 5: after a pause or stop has answered, no placement begins until somebody asks to go on. Tolerance 0 ms: the
 * carrier and whoever asked share one clock, and `placedAt` is later than the instant the bytes left.
 */
export function halts({ placed, operations }: Docket): Violation[] {
  const byCampaign = groupBy(operations, (each) => each.campaignId);
  return placed.flatMap((placement) => {
    const asked = byCampaign.get(placement.call?.campaignId ?? '') ?? [];
    const halt = asked.find((each) => isHalt(each) && forbids(each, placement, asked));
    return halt ? [violationOf(placement, halt)] : [];
  });
}

const isHalt = ({ action, status }: Operation): boolean =>
  (action === 'pause' || action === 'stop') && status === 200;

/** Unless a start or resume, asked before the placement, may have been done after the halt. */
function forbids(halt: Operation, { placedAt }: Placed, asked: Operation[]): boolean {
  if (halt.answeredAt >= placedAt) return false;
  return !asked.some(
    (each) => mayGoOn(each) && each.askedAt <= placedAt && latestEffect(each) >= halt.askedAt,
  );
}

const mayGoOn = ({ action, status }: Operation): boolean =>
  (action === 'start' || action === 'resume') && (status === null || status === 200 || status >= 500);

const latestEffect = ({ answeredAt, status }: Operation): number =>
  status === 200 ? answeredAt : answeredAt + LOST_MARGIN_MS;

function violationOf({ sid, placedAt, call }: Placed, halt: Operation): Violation {
  const late = placedAt - halt.answeredAt;
  return {
    invariant: 5,
    rule: 'halts',
    sentence: `The placement ${sid} began ${late.toFixed(1)} ms after its campaign's ${halt.action} had answered`,
    evidence: { placedAt, halt, campaignId: call?.campaignId },
  };
}
