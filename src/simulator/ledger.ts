import { isOpen } from './call-record.js';
import type { CallRecord } from './call-record.js';

/** Beyond so many the oldest are dropped, in bulk: a demo may run for weeks. */
const MOST_PLACEMENTS = 200_000;
const MOST_REFUSALS = 20_000;

export interface Refusal {
  to: string;
  code: number;
  at: number;
}

/** The truth about what really rang. Times are epoch ms with fractions, on the simulator's clock. */
export class Ledger {
  private placements: CallRecord[] = [];
  private refusals: Refusal[] = [];
  open = 0;
  private maxOpen = 0;

  placed(call: CallRecord): void {
    this.placements.push(call);
    this.open += 1;
    this.maxOpen = Math.max(this.maxOpen, this.open);
    if (this.placements.length > MOST_PLACEMENTS) this.dropEnded(MOST_PLACEMENTS / 2);
  }

  ended(): void {
    this.open -= 1;
  }

  refused(refusal: Refusal): void {
    this.refusals.push(refusal);
    if (this.refusals.length > MOST_REFUSALS) this.refusals = this.refusals.slice(-MOST_REFUSALS / 2);
  }

  /** Forgets what is over. Open calls stay, and the highest number of open calls starts from them. */
  clear(): void {
    this.placements = this.placements.filter(isOpen);
    this.refusals = [];
    this.maxOpen = this.open;
  }

  whole() {
    const placements = this.placements.map(placementOf);
    return { placements, open: this.open, maxOpen: this.maxOpen, refused: this.refusals };
  }

  summary() {
    const times = this.placements.map((call) => call.placedAt);
    const byStatus: Record<string, number> = {};
    for (const { status } of this.placements) byStatus[status] = (byStatus[status] ?? 0) + 1;
    return {
      placements: times.length,
      open: this.open,
      maxOpen: this.maxOpen,
      minGapMs: minGap(times),
      maxInAnySecond: mostWithin(times, 1000),
      byStatus,
    };
  }

  private dropEnded(howMany: number): void {
    let left = howMany;
    this.placements = this.placements.filter((call) => isOpen(call) || left-- <= 0);
  }
}

function placementOf(call: CallRecord) {
  return {
    sid: call.sid,
    to: call.request.to,
    from: call.request.from,
    placedAt: call.placedAt,
    status: call.status,
    outcome: call.plan.outcome,
    events: call.events,
    endedAt: call.endedAt ?? null,
    statusCallback: call.request.statusCallback ?? null,
    ...(call.typed.length > 0 && { typed: call.typed }),
    ...(call.twimlError && { twimlError: call.twimlError }),
    callbacks: call.callbacks,
    ...(call.forged.sent > 0 && { forged: call.forged }),
  };
}

/** The smallest gap between two neighbours, in ms; null if there are fewer than two. Times ascend. */
function minGap(times: readonly number[]): number | null {
  let min = Infinity;
  times.forEach((time, index) => {
    const before = times[index - 1];
    if (before !== undefined) min = Math.min(min, time - before);
  });
  return Number.isFinite(min) ? min : null;
}

/** The most times that lie within any stretch of `widthMs` (its end not included). Times ascend. */
function mostWithin(times: readonly number[], widthMs: number): number {
  let first = 0;
  let most = 0;
  times.forEach((time, index) => {
    while ((times[first] ?? time) <= time - widthMs) first += 1;
    most = Math.max(most, index - first + 1);
  });
  return most;
}
