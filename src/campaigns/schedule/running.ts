import type { Campaign } from '../campaign.entity.js';
import { nextStartOf } from './plan.js';
import { nextRunAfter } from './recurrence.js';

/** The part of a campaign that says when it runs. */
type Runs = Pick<
  Campaign,
  'status' | 'scheduledAt' | 'endAt' | 'runEndsAt' | 'recurrence' | 'nextRunAt' | 'runsLeft'
>;

const MINUTE_MS = 60_000;

/**
 * The first instant from `at` on at which a campaign runs, as far as its schedule says: at the end of its run it is stopped, and
 * the next ones begin by themselves. Null: it does not run any more.
 * @param at no earlier than its next start, where it is not active
 */
export function runsFrom(campaign: Runs, at: Date): Date | null {
  const { status, endAt, runEndsAt, recurrence, nextRunAt } = campaign;
  if (endAt !== null && endAt <= at) return null;
  if (status === 'active' && (runEndsAt === null || at < runEndsAt)) return at;
  if (!recurrence || nextRunAt === null) return status === 'active' ? null : at;
  // What starts at `scheduledAt` lasts until its leads are through.
  if (nextStartOf(campaign) !== nextRunAt) return at;
  const run = runAt(campaign, recurrence, nextRunAt, at);
  if (run === null) return null;
  return run > at ? run : at;
}

/** When the run begins that is under way at `at`, or else the next one. */
function runAt(
  { endAt, runsLeft }: Runs,
  recurrence: NonNullable<Runs['recurrence']>,
  nextRunAt: Date,
  at: Date,
): Date | null {
  if (recurrence.runMinutes === null) return nextRunAt;
  const over = new Date(at.getTime() - recurrence.runMinutes * MINUTE_MS);
  return nextRunAt > over ? nextRunAt : nextRunAfter(recurrence, over, { endAt, runsLeft });
}
