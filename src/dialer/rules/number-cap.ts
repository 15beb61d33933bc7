import type { NumberCap } from '../../campaigns/index.js';

const DAY_MS = 24 * 60 * 60 * 1000;

/** A lead whose number was called often enough for now. */
export interface NumberCapped {
  reason: 'number_cap';
  /** When the oldest call too many has left the span. */
  nextAttemptAt: Date;
}

/** Milliseconds of a cap's span: days are times 24 hours, whatever the calendar. */
export function spanMsOf({ days }: NumberCap): number {
  return days * DAY_MS;
}

/**
 * Whether a number may be called under a cap. A call counts while it is younger than the span.
 * @param nthLatest when the `attempts`-th latest call to the number was placed; null: there were fewer. It decides alone: as
 *   long as it counts, so do the later ones.
 */
export function cappedBy(cap: NumberCap, nthLatest: Date | null, now: Date): NumberCapped | null {
  if (nthLatest === null) return null;
  const nextAttemptAt = new Date(nthLatest.getTime() + spanMsOf(cap));
  return nextAttemptAt > now ? { reason: 'number_cap', nextAttemptAt } : null;
}
