import { describe, expect, it } from 'vitest';
import type { Recurrence } from './recurrence.js';
import { runsFrom } from './running.js';

const at = (text: string): Date => new Date(`2026-06-${text}Z`);
const DAILY: Recurrence = {
  ...{ cron: '0 9 * * *', timezone: 'UTC', reopen: 'none', until: null, maxRuns: null, runMinutes: 60 },
};
const NONE = {
  ...({ status: 'active', scheduledAt: null, endAt: null, runEndsAt: null } as const),
  ...{ recurrence: null, nextRunAt: null, runsLeft: null },
};
/** In its run of the tenth, which ends at ten. */
const RUNNING = { ...NONE, recurrence: DAILY, runEndsAt: at('10T10:00'), nextRunAt: at('11T09:00') };

describe('runsFrom', () => {
  it.each<[string, Partial<Parameters<typeof runsFrom>[0]>, string, string | null]>([
    ['a campaign without an end at once', NONE, '10T12:00', '10T12:00'],
    ['nothing from its end on', { ...NONE, endAt: at('10T12:00') }, '10T12:00', null],
    ['it until then', { ...NONE, endAt: at('10T12:00') }, '10T11:59', '10T11:59'],
    ['the run under way', RUNNING, '10T09:59', '10T09:59'],
    ['the next one after its end', RUNNING, '10T10:00', '11T09:00'],
    ['the run that is under way then', RUNNING, '13T09:30', '13T09:30'],
    ['the run after that', RUNNING, '13T10:00', '14T09:00'],
    ['no run after the end of the campaign', { ...RUNNING, endAt: at('13T23:00') }, '13T10:00', null],
    ['no run but this', { ...RUNNING, nextRunAt: null }, '10T10:00', null],
    [
      'a run that ends by itself, whenever that is',
      { ...RUNNING, recurrence: { ...DAILY, runMinutes: null } },
      '13T12:00',
      '13T12:00',
    ],
    [
      'runs of a stopped campaign',
      { ...RUNNING, status: 'stopped', runEndsAt: null },
      '11T12:00',
      '12T09:00',
    ],
    ['a stopped campaign once it was started', { ...NONE, status: 'stopped' }, '11T12:00', '11T12:00'],
    [
      'a start that comes before the runs',
      { ...RUNNING, status: 'scheduled', runEndsAt: null, scheduledAt: at('10T12:00') },
      '13T12:00',
      '13T12:00',
    ],
  ])('should find %s', (_, over, from, expected) => {
    expect(runsFrom({ ...NONE, ...over }, at(from))).toEqual(expected === null ? null : at(expected));
  });
});
