import type { CampaignStatus } from '../campaign.states.js';
import { instantsBack } from './cron.js';
import type { ScheduleReasonCode } from './reasons.js';
import { nextRunAfter, runEndOf, type Recurrence } from './recurrence.js';

/** A campaign one of whose runs is due. */
export interface DueCampaign {
  status: CampaignStatus;
  endAt: Date | null;
  recurrence: Recurrence;
  /** Due now, or long ago. */
  nextRunAt: Date;
  runsLeft: number | null;
  /** A run is being prepared. */
  isOpening: boolean;
}

/** A run that does not take place. */
export interface PassedRun {
  dueAt: Date;
  status: 'missed' | 'skipped';
  reason: ScheduleReasonCode;
}

/** What is done about the runs that are due. */
export interface DuePlan {
  /** Runs that are only written down, oldest first. */
  passed: PassedRun[];
  /** The run that takes place. */
  run: { dueAt: Date; endsAt: Date | null } | null;
  nextRunAt: Date | null;
}

/** Runs missed during a long outage that are written down one by one. */
export const MOST_LISTED = 100;

/**
 * What becomes of all runs due until `now`. Only the latest can take place: nobody wants a week of campaigns at once.
 * It does if its time and the campaign's are not over and the campaign is at rest.
 */
export function planDue(campaign: DueCampaign, now: Date): DuePlan {
  const { recurrence, nextRunAt } = campaign;
  const due = dueInstants(recurrence, nextRunAt, now);
  const dueAt = due.at(-1) ?? nextRunAt;
  const obstacle = obstacleTo(campaign, dueAt, now);
  const older = due.slice(0, -1).map((at): PassedRun => missed(at, 'SUPERSEDED'));
  return {
    passed: [...listed(older), ...(obstacle ? [obstacle] : [])],
    run: obstacle ? null : { dueAt, endsAt: runEndOf(recurrence, dueAt) },
    nextRunAt: nextRunAfter(recurrence, now, campaign),
  };
}

/** Whether a campaign scheduled once is started, at its time or, after an outage, later. */
export function planStart({ endAt }: { endAt: Date | null }, now: Date): 'start' | 'LATE_END_AT' {
  return endAt !== null && endAt <= now ? 'LATE_END_AT' : 'start';
}

/** Why a campaign that is running is stopped now; null: it goes on. What came first is named. */
export function endReason(
  { endAt, runEndsAt }: { endAt: Date | null; runEndsAt: Date | null },
  now: Date,
): 'END_AT' | 'RUN_TIME_UP' | null {
  const isPast = (at: Date | null): at is Date => at !== null && at <= now;
  if (isPast(endAt) && !(isPast(runEndsAt) && runEndsAt < endAt)) return 'END_AT';
  return isPast(runEndsAt) ? 'RUN_TIME_UP' : null;
}

/** Why a run that is being prepared must not start any more. */
export function obstacleTo(
  campaign: Omit<DueCampaign, 'nextRunAt'>,
  dueAt: Date,
  now: Date,
): PassedRun | null {
  const { status, endAt, recurrence, isOpening } = campaign;
  const endsAt = runEndOf(recurrence, dueAt);
  if (endAt !== null && endAt <= now) return missed(dueAt, 'LATE_END_AT');
  if (endsAt !== null && endsAt <= now) return missed(dueAt, 'LATE_RUN_TIME_UP');
  if (status === 'active') return skipped(dueAt, 'PREVIOUS_RUN_ACTIVE');
  if (status === 'paused') return skipped(dueAt, 'PREVIOUS_RUN_PAUSED');
  return isOpening ? skipped(dueAt, 'PREVIOUS_RUN_OPENING') : null;
}

/** From the first that nobody served to the latest, oldest first; the last `MOST_LISTED` + 2 of them. */
function dueInstants(recurrence: Recurrence, first: Date, now: Date): Date[] {
  const due: Date[] = [];
  const last =
    recurrence.until === null ? now : new Date(Math.min(now.getTime(), Date.parse(recurrence.until)));
  for (const at of instantsBack(recurrence, last)) {
    if (at <= first || due.length > MOST_LISTED) break;
    due.push(at);
  }
  return [first, ...due.toReversed()];
}

function listed(older: PassedRun[]): PassedRun[] {
  if (older.length <= MOST_LISTED) return older;
  const [oldest, ...rest] = older.slice(-MOST_LISTED);
  return oldest ? [{ ...oldest, reason: 'SUPERSEDED_MANY' }, ...rest] : rest;
}

const missed = (dueAt: Date, reason: ScheduleReasonCode): PassedRun => ({ dueAt, status: 'missed', reason });
const skipped = (dueAt: Date, reason: ScheduleReasonCode): PassedRun => ({
  dueAt,
  status: 'skipped',
  reason,
});
