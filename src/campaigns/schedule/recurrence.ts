import { nextAfter, type CronRule } from './cron.js';

/** Which leads of earlier runs a run calls again. */
export const REOPEN_RULES = ['none', 'failed', 'unreached', 'all'] as const;
export type ReopenRule = (typeof REOPEN_RULES)[number];

/** When a campaign runs again by itself, and whom it calls then. */
export interface Recurrence extends CronRule {
  reopen: ReopenRule;
  /** ISO 8601: no run is due later. */
  until: string | null;
  /** How many runs are started. */
  maxRuns: number | null;
  /** How long after its due instant a run is stopped, if it has not completed. */
  runMinutes: number | null;
}

/** What bounds the runs of a recurrence, besides itself. */
interface Bounds {
  endAt: Date | null;
  /** Runs that may still start; null: any number. */
  runsLeft: number | null;
}

const MINUTE_MS = 60_000;

/** The first run due after `after`; null: there is none any more. */
export function nextRunAfter(recurrence: Recurrence, after: Date, { endAt, runsLeft }: Bounds): Date | null {
  if (runsLeft === 0) return null;
  const next = nextAfter(recurrence, after);
  if (!next) return null;
  const isBeyond = recurrence.until !== null && next > new Date(recurrence.until);
  return isBeyond || (endAt !== null && next >= endAt) ? null : next;
}

/** When a run that is due at `dueAt` is stopped; null: when its leads are through. */
export function runEndOf({ runMinutes }: Recurrence, dueAt: Date): Date | null {
  return runMinutes === null ? null : new Date(dueAt.getTime() + runMinutes * MINUTE_MS);
}
