import type { CampaignStatus } from '../campaign.states.js';
import { nextRunAfter, type Recurrence } from './recurrence.js';

/** The part of a campaign that says when it runs. */
export interface Schedule {
  status: CampaignStatus;
  scheduledAt: Date | null;
  endAt: Date | null;
  recurrence: Recurrence | null;
  nextRunAt: Date | null;
  runsLeft: number | null;
}

/** What a caller changes of it: absent stays, null takes away. */
export type ScheduleChanges = Partial<Pick<Schedule, 'scheduledAt' | 'endAt' | 'recurrence'>>;

export type ScheduleRefusal =
  | 'SCHEDULED_IN_PAST'
  | 'END_IN_PAST'
  | 'ENDS_BEFORE_START'
  | 'CAMPAIGN_NOT_SCHEDULABLE'
  | 'RECURRENCE_NEVER_RUNS';

export type PlannedSchedule = { refusal: ScheduleRefusal } | { refusal: null; schedule: Schedule };

/** Of a campaign that is being created. */
export const NO_SCHEDULE: Schedule = {
  status: 'draft',
  scheduledAt: null,
  endAt: null,
  recurrence: null,
  nextRunAt: null,
  runsLeft: null,
};

/** When a campaign that is not active runs once these changes are made, and what that makes of its status. */
export function planSchedule(current: Schedule, changes: ScheduleChanges, now: Date): PlannedSchedule {
  const startAt = startOf(current, changes);
  const { endAt = current.endAt } = changes;
  const refusal = refusalOf(current, changes, { startAt, endAt }, now);
  if (refusal) return { refusal };
  const { recurrence = current.recurrence } = changes;
  const runsLeft = changes.recurrence === undefined ? current.runsLeft : (recurrence?.maxRuns ?? null);
  const merged = { ...current, scheduledAt: scheduledOf(current, changes), endAt, recurrence, runsLeft };
  const nextRunAt = isRecurring(current, changes) ? firstRun(merged, startAt, now) : null;
  if (changes.recurrence && !nextRunAt) return { refusal: 'RECURRENCE_NEVER_RUNS' };
  const status = statusOf(current.status, changes, startAt !== null || nextRunAt !== null);
  return { refusal: null, schedule: { ...merged, nextRunAt, status } };
}

/** The next instant at which a campaign starts by itself. */
export function nextStartOf({
  status,
  scheduledAt,
  nextRunAt,
}: Pick<Schedule, 'status' | 'scheduledAt' | 'nextRunAt'>) {
  if (status !== 'scheduled' || scheduledAt === null) return nextRunAt;
  return nextRunAt !== null && nextRunAt < scheduledAt ? nextRunAt : scheduledAt;
}

/** The next run of a recurrence that goes on from now, after a start by hand; null: it has none left. */
export function rearmed(schedule: Schedule, now: Date): Date | null {
  return firstRun(schedule, null, now);
}

/** The first run comes after the start at `scheduledAt`, if there is one. */
function firstRun({ recurrence, endAt, runsLeft }: Schedule, startAt: Date | null, now: Date): Date | null {
  const after = startAt !== null && startAt > now ? startAt : now;
  return recurrence && nextRunAfter(recurrence, after, { endAt, runsLeft });
}

/** The start that is still to come. Beside a campaign that is not scheduled stands when it was. */
function startOf({ status, scheduledAt }: Schedule, changes: ScheduleChanges): Date | null {
  if (changes.scheduledAt !== undefined) return changes.scheduledAt;
  return status === 'scheduled' ? scheduledAt : null;
}

function scheduledOf(current: Schedule, changes: ScheduleChanges): Date | null {
  return changes.scheduledAt === undefined ? current.scheduledAt : changes.scheduledAt;
}

function refusalOf(
  { status }: Schedule,
  changes: ScheduleChanges,
  { startAt, endAt }: { startAt: Date | null; endAt: Date | null },
  now: Date,
): ScheduleRefusal | null {
  if (changes.scheduledAt && changes.scheduledAt <= now) return 'SCHEDULED_IN_PAST';
  if (changes.scheduledAt && status === 'paused') return 'CAMPAIGN_NOT_SCHEDULABLE';
  if (changes.endAt && changes.endAt <= now) return 'END_IN_PAST';
  if (startAt !== null && endAt !== null && endAt <= startAt) return 'ENDS_BEFORE_START';
  return null;
}

/** A stop by hand disarms a recurrence; setting it anew, or a new start, arms it. */
function isRecurring(current: Schedule, changes: ScheduleChanges): boolean {
  const { recurrence = current.recurrence } = changes;
  if (!recurrence) return false;
  return Boolean(changes.recurrence ?? changes.scheduledAt) || current.nextRunAt !== null;
}

function statusOf(status: CampaignStatus, changes: ScheduleChanges, isArmed: boolean): CampaignStatus {
  if (status === 'paused' || status === 'active') return status;
  if (status === 'draft' || status === 'scheduled') return isArmed ? 'scheduled' : 'draft';
  const isAsked = Boolean(changes.scheduledAt ?? changes.recurrence);
  return isAsked && isArmed ? 'scheduled' : status;
}
