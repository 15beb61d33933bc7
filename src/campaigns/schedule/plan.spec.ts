import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CampaignStatus } from '../campaign.states.js';
import {
  NO_SCHEDULE,
  nextStartOf,
  planSchedule,
  rearmed,
  type Schedule,
  type ScheduleChanges,
} from './plan.js';
import type { Recurrence } from './recurrence.js';

const at = (text: string): Date => new Date(`2026-06-${text}Z`);
const NOW = at('10T12:00');
const DAILY: Recurrence = {
  cron: '0 9 * * *',
  timezone: 'UTC',
  reopen: 'none',
  until: null,
  maxRuns: null,
  runMinutes: null,
};
const STATUSES: CampaignStatus[] = ['draft', 'scheduled', 'paused', 'stopped', 'completed'];

function plan(over: Partial<Schedule>, changes: ScheduleChanges): Schedule | string {
  const planned = planSchedule({ ...NO_SCHEDULE, ...over }, changes, NOW);
  return planned.refusal ?? planned.schedule;
}

describe('planSchedule', () => {
  it.each<[string, Partial<Schedule>, ScheduleChanges, string]>([
    ['a start in the past', {}, { scheduledAt: at('10T11:59') }, 'SCHEDULED_IN_PAST'],
    ['a start now', {}, { scheduledAt: NOW }, 'SCHEDULED_IN_PAST'],
    ['an end in the past', {}, { endAt: at('10T11:59') }, 'END_IN_PAST'],
    [
      'an end with the start',
      {},
      { scheduledAt: at('11T00:00'), endAt: at('11T00:00') },
      'ENDS_BEFORE_START',
    ],
    [
      'an end before the start that stands',
      { status: 'scheduled', scheduledAt: at('12T00:00') },
      { endAt: at('11T00:00') },
      'ENDS_BEFORE_START',
    ],
    [
      'a start after the end that stands',
      { endAt: at('11T00:00') },
      { scheduledAt: at('12T00:00') },
      'ENDS_BEFORE_START',
    ],
    [
      'a start of a paused one',
      { status: 'paused' },
      { scheduledAt: at('12T00:00') },
      'CAMPAIGN_NOT_SCHEDULABLE',
    ],
    [
      'runs after until',
      {},
      { recurrence: { ...DAILY, until: '2026-06-11T08:59:00Z' } },
      'RECURRENCE_NEVER_RUNS',
    ],
    ['runs after the end', {}, { recurrence: DAILY, endAt: at('11T09:00') }, 'RECURRENCE_NEVER_RUNS'],
  ])('should refuse %s', (_, current, changes, refusal) => {
    expect(plan(current, changes)).toBe(refusal);
  });

  it.each(STATUSES.filter((status) => status !== 'paused'))(
    'should schedule a campaign that is %s',
    (status) => {
      const scheduledAt = at('11T00:00');
      expect(plan({ status, scheduledAt: at('12T00:00') }, { scheduledAt })).toMatchObject({
        status: 'scheduled',
        scheduledAt,
      });
      expect(plan({ status }, { recurrence: DAILY })).toMatchObject({
        status: 'scheduled',
        nextRunAt: at('11T09:00'),
      });
    },
  );

  it('should make a draft again of what nothing starts any more', () => {
    const scheduled = { status: 'scheduled', scheduledAt: at('12T00:00') } as const;
    const both = { ...scheduled, recurrence: DAILY, nextRunAt: at('12T09:00') };
    expect(plan(scheduled, { scheduledAt: null })).toMatchObject({ status: 'draft', scheduledAt: null });
    expect(plan(both, { scheduledAt: null })).toMatchObject({
      status: 'scheduled',
      nextRunAt: at('11T09:00'),
    });
    expect(plan(both, { recurrence: null })).toMatchObject({ status: 'scheduled', nextRunAt: null });
    expect(plan(both, { recurrence: null, scheduledAt: null })).toMatchObject({
      status: 'draft',
      nextRunAt: null,
    });
  });

  it('should let the runs begin after the start', () => {
    const both = plan({}, { scheduledAt: at('15T10:00'), recurrence: DAILY });
    expect(both).toMatchObject({ scheduledAt: at('15T10:00'), nextRunAt: at('16T09:00') });
  });

  it('should leave a recurrence that was stopped by hand as it is, until it is set anew', () => {
    const stopped = { status: 'stopped', recurrence: DAILY } as const;
    expect(plan(stopped, { endAt: at('20T00:00') })).toMatchObject({ status: 'stopped', nextRunAt: null });
    expect(plan(stopped, { recurrence: DAILY })).toMatchObject({
      status: 'scheduled',
      nextRunAt: at('11T09:00'),
    });
    expect(plan(stopped, { scheduledAt: at('11T10:00') })).toMatchObject({ nextRunAt: at('12T09:00') });
  });

  it('should count the runs of a new recurrence from the first', () => {
    const recurrence = { ...DAILY, maxRuns: 3 };
    expect(plan({ runsLeft: 1 }, { recurrence })).toMatchObject({ runsLeft: 3 });
    expect(plan({ runsLeft: 1, recurrence }, { endAt: at('20T00:00') })).toMatchObject({ runsLeft: 1 });
    expect(plan({ runsLeft: 1 }, { recurrence: null })).toMatchObject({ runsLeft: null });
  });

  it('should keep the promises of a status, whatever is asked in whatever order', () => {
    const time = fc.option(
      fc.integer({ min: -3, max: 30 }).map((days) => new Date(NOW.getTime() + days * 86_400_000)),
      { nil: null },
    );
    const change = fc.record<ScheduleChanges>(
      { scheduledAt: time, endAt: time, recurrence: fc.constantFrom(null, DAILY, { ...DAILY, maxRuns: 2 }) },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...STATUSES.filter((s) => s !== 'scheduled')),
        fc.array(change),
        (status, all) => {
          let schedule: Schedule = { ...NO_SCHEDULE, status };
          for (const changes of all) {
            const planned = planSchedule(schedule, changes, NOW);
            if (planned.refusal !== null) continue;
            schedule = planned.schedule;
            const { scheduledAt, nextRunAt, endAt, recurrence } = schedule;
            if (schedule.status === 'scheduled') expect(nextStartOf(schedule)).not.toBeNull();
            if (schedule.status === 'draft') expect(nextStartOf(schedule)).toBeNull();
            if (nextRunAt) expect(recurrence).not.toBeNull();
            if (nextRunAt && endAt) expect(nextRunAt.getTime()).toBeLessThan(endAt.getTime());
            if (schedule.status === 'scheduled' && scheduledAt && nextRunAt)
              expect(nextRunAt > scheduledAt).toBe(true);
          }
        },
      ),
    );
  });
});

describe('nextStartOf', () => {
  it('should be the sooner of start and run, and of a start that was, nothing', () => {
    const start = { status: 'scheduled', scheduledAt: at('11T00:00'), nextRunAt: null } as const;
    expect(nextStartOf(start)).toEqual(at('11T00:00'));
    expect(nextStartOf({ ...start, nextRunAt: at('10T13:00') })).toEqual(at('10T13:00'));
    expect(nextStartOf({ ...start, nextRunAt: at('12T13:00') })).toEqual(at('11T00:00'));
    expect(nextStartOf({ ...start, status: 'completed' })).toBeNull();
  });
});

describe('rearmed', () => {
  it('should go on from now, and not beyond the runs that are left', () => {
    const stopped: Schedule = { ...NO_SCHEDULE, status: 'stopped', recurrence: DAILY };
    expect(rearmed(stopped, NOW)).toEqual(at('11T09:00'));
    expect(rearmed({ ...stopped, runsLeft: 0 }, NOW)).toBeNull();
  });
});
