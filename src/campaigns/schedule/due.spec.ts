import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CampaignStatus } from '../campaign.states.js';
import { MOST_LISTED, endReason, planDue, planStart, type DueCampaign } from './due.js';
import type { Recurrence } from './recurrence.js';

const at = (text: string): Date => new Date(`2026-06-${text}Z`);
const DAILY: Recurrence = {
  cron: '0 9 * * *',
  timezone: 'UTC',
  reopen: 'failed',
  until: null,
  maxRuns: null,
  runMinutes: null,
};

function due(over: Partial<DueCampaign> = {}, recurrence: Partial<Recurrence> = {}): DueCampaign {
  return {
    status: 'completed',
    endAt: null,
    recurrence: { ...DAILY, ...recurrence },
    nextRunAt: at('01T09:00'),
    runsLeft: null,
    isOpening: false,
    ...over,
  };
}

describe('planDue', () => {
  it('should run what is due now, and say when the next is', () => {
    expect(planDue(due(), at('01T09:00'))).toEqual({
      passed: [],
      run: { dueAt: at('01T09:00'), endsAt: null },
      nextRunAt: at('02T09:00'),
    });
  });

  it('should catch up the latest of those missed only', () => {
    const { passed, run, nextRunAt } = planDue(due(), at('04T08:00'));
    expect(run).toEqual({ dueAt: at('03T09:00'), endsAt: null });
    expect(passed).toEqual([
      { dueAt: at('01T09:00'), status: 'missed', reason: 'SUPERSEDED' },
      { dueAt: at('02T09:00'), status: 'missed', reason: 'SUPERSEDED' },
    ]);
    expect(nextRunAt).toEqual(at('04T09:00'));
  });

  it('should catch up within runMinutes, which count from the due instant, and not after', () => {
    const eightHours = due({}, { runMinutes: 480 });
    expect(planDue(eightHours, at('01T16:59')).run).toEqual({
      dueAt: at('01T09:00'),
      endsAt: at('01T17:00'),
    });
    expect(planDue(eightHours, at('01T17:00'))).toEqual({
      passed: [{ dueAt: at('01T09:00'), status: 'missed', reason: 'LATE_RUN_TIME_UP' }],
      run: null,
      nextRunAt: at('02T09:00'),
    });
  });

  it('should run nothing from endAt on, nor plan a run then', () => {
    const ending = due({ endAt: at('02T09:00') });
    expect(planDue(ending, at('01T10:00'))).toMatchObject({
      run: { dueAt: at('01T09:00') },
      nextRunAt: null,
    });
    expect(planDue(ending, at('02T09:00'))).toEqual({
      passed: [
        { dueAt: at('01T09:00'), status: 'missed', reason: 'SUPERSEDED' },
        { dueAt: at('02T09:00'), status: 'missed', reason: 'LATE_END_AT' },
      ],
      run: null,
      nextRunAt: null,
    });
  });

  it.each<[CampaignStatus, boolean, string | null]>([
    ['active', false, 'PREVIOUS_RUN_ACTIVE'],
    ['paused', false, 'PREVIOUS_RUN_PAUSED'],
    ['completed', true, 'PREVIOUS_RUN_OPENING'],
    ['completed', false, null],
    ['stopped', false, null],
    ['scheduled', false, null],
    ['draft', false, null],
  ])('should skip a run that meets a campaign %s (opening: %s): %s', (status, isOpening, reason) => {
    const { passed, run, nextRunAt } = planDue(due({ status, isOpening }), at('01T09:00:01'));
    expect(passed).toEqual(reason ? [{ dueAt: at('01T09:00'), status: 'skipped', reason }] : []);
    expect(run === null).toBe(reason !== null);
    expect(nextRunAt).toEqual(at('02T09:00'));
  });

  it('should end with until, and with the last of the runs', () => {
    expect(planDue(due({}, { until: '2026-06-01T12:00:00Z' }), at('01T09:00')).nextRunAt).toBeNull();
    expect(planDue(due({}, { until: '2026-06-02T09:00:00Z' }), at('01T09:00')).nextRunAt).toEqual(
      at('02T09:00'),
    );
    expect(planDue(due({ runsLeft: 0 }), at('01T09:00')).nextRunAt).toBeNull();
    const late = planDue(due({}, { until: '2026-06-02T12:00:00Z' }), at('09T00:00'));
    expect(late).toMatchObject({ run: { dueAt: at('02T09:00') }, nextRunAt: null });
  });

  it('should list no more missed runs than anybody reads', () => {
    const { passed, run } = planDue(due({}, { cron: '*/5 * * * *' }), at('08T09:02'));
    expect(run?.dueAt).toEqual(at('08T09:00'));
    expect(passed).toHaveLength(MOST_LISTED);
    expect(passed[0]).toMatchObject({ dueAt: at('08T00:40'), reason: 'SUPERSEDED_MANY' });
    expect(passed.at(-1)).toMatchObject({ dueAt: at('08T08:55'), reason: 'SUPERSEDED' });
  });

  it('should never start two runs at once, nor one early, and always look ahead', () => {
    const minutes = fc.integer({ min: 0, max: 60 * 24 * 40 });
    const bound = fc.option(
      minutes.map((n) => new Date(at('01T00:00').getTime() + n * 60_000)),
      { nil: null },
    );
    const status = fc.constantFrom<CampaignStatus>(
      'draft',
      'scheduled',
      'active',
      'paused',
      'stopped',
      'completed',
    );
    fc.assert(
      fc.property(
        fc.record({ late: minutes, endAt: bound, until: bound, status, isOpening: fc.boolean() }),
        fc.constantFrom('0 9 * * *', '30 1 * * *', '0 */6 * * 1-5', '15 0 1,15 * *'),
        fc.option(fc.integer({ min: 1, max: 3000 }), { nil: null }),
        ({ late, endAt, until, ...over }, cron, runMinutes) => {
          const campaign = due({ ...over, endAt }, { cron, runMinutes, until: until?.toISOString() ?? null });
          const now = new Date(campaign.nextRunAt.getTime() + late * 60_000);
          const { passed, run, nextRunAt } = planDue(campaign, now);
          const all = [...passed.map((each) => each.dueAt), ...(run ? [run.dueAt] : [])];
          expect(all).toEqual(all.toSorted((a, b) => a.getTime() - b.getTime()));
          expect(new Set(all.map(Number)).size).toBe(all.length);
          for (const each of all) expect(each.getTime()).toBeLessThanOrEqual(now.getTime());
          expect(all.length).toBeGreaterThan(0);
          if (nextRunAt) expect(nextRunAt.getTime()).toBeGreaterThan(now.getTime());
          if (nextRunAt && endAt) expect(nextRunAt.getTime()).toBeLessThan(endAt.getTime());
          if (!run) return;
          expect(['active', 'paused']).not.toContain(campaign.status);
          expect(endAt === null || now < endAt).toBe(true);
          expect(run.endsAt === null || now < run.endsAt).toBe(true);
        },
      ),
    );
  });
});

describe('planStart', () => {
  it('should start however late, but not from endAt on', () => {
    expect(planStart({ endAt: null }, at('09T00:00'))).toBe('start');
    expect(planStart({ endAt: at('09T00:01') }, at('09T00:00'))).toBe('start');
    expect(planStart({ endAt: at('09T00:00') }, at('09T00:00'))).toBe('LATE_END_AT');
  });
});

describe('endReason', () => {
  it.each([
    [null, null, null],
    ['09T00:00', null, null],
    ['08T00:00', null, 'END_AT'],
    [null, '08T00:00', 'RUN_TIME_UP'],
    ['08T00:00', '09T00:00', 'END_AT'],
    ['09T00:00', '08T00:00', 'RUN_TIME_UP'],
    ['07T00:00', '08T00:00', 'END_AT'],
    ['08T00:00', '07T00:00', 'RUN_TIME_UP'],
    ['08T00:00', '08T00:00', 'END_AT'],
  ])('should name what came first of endAt %s and the run’s end %s: %s', (endAt, runEndsAt, reason) => {
    const ends = {
      endAt: endAt === null ? null : at(endAt),
      runEndsAt: runEndsAt === null ? null : at(runEndsAt),
    };
    expect(endReason(ends, at('08T00:00'))).toBe(reason);
  });
});
