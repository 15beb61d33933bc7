import type { CallingWindow } from '../../src/compliance/index.js';
import type { WindowCase } from './calling-windows-sql.js';

type Scenario = Omit<WindowCase, 'name' | 'at' | 'pack' | 'holidays'> &
  Partial<Pick<WindowCase, 'pack' | 'holidays'>>;

const EVERY_DAY: CallingWindow['hours'][number]['days'] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const WEEK: CallingWindow['hours'][number]['days'] = ['mon', 'tue', 'wed', 'thu', 'fri'];
const OFFICE: CallingWindow = { timezone: 'lead', hours: [{ days: WEEK, start: '09:00', end: '18:00' }] };

const daily = (start: string, end: string, more: Partial<CallingWindow> = {}): CallingWindow => ({
  timezone: 'lead',
  hours: [{ days: EVERY_DAY, start, end }],
  ...more,
});

/** Zones of numbers, copied from libphonenumber's own map of prefixes. */
export const NUMBER_ZONES: Record<string, string[]> = {
  '+14155550123': ['America/Los_Angeles'],
  '+12125550123': ['America/New_York'],
  '+18085550123': ['Pacific/Honolulu'],
  '+447700900123': ['Europe/Guernsey', 'Europe/Isle_of_Man', 'Europe/Jersey', 'Europe/London'],
  '+442079460123': ['Europe/London'],
  '+61491570156': [
    ...['Australia/Adelaide', 'Australia/Brisbane', 'Australia/Eucla', 'Australia/Lord_Howe'],
    ...['Australia/Perth', 'Australia/Sydney', 'Indian/Christmas', 'Indian/Cocos'],
  ],
  '+61255501234': ['Australia/Sydney'],
  '+34612345678': ['Atlantic/Canary', 'Europe/Madrid'],
  '+525512345678': ['America/Mexico_City'],
  '+919529117230': ['Asia/Calcutta'],
  '+33639981234': ['Europe/Paris'],
};
const zonesOf = (number: string): string[] => NUMBER_ZONES[number] ?? [];

const TCPA = { hours: daily('08:00', '21:00').hours };
const UK = {
  hours: [
    { days: WEEK, start: '08:00', end: '21:00' },
    { days: ['sat'], start: '09:00', end: '21:00' },
  ] satisfies CallingWindow['hours'],
};
const IN = { hours: daily('10:00', '21:00').hours };

/** A scenario, and the instants to look at: from one to another, step by step (minutes). */
const SCENARIOS: [name: string, scenario: Scenario, from: string, to: string, step: number][] = [
  [
    'spring gap within the window',
    { window: daily('02:30', '05:00'), zones: ['America/New_York'] },
    '2026-03-08T06:00Z',
    '2026-03-08T09:30Z',
    15,
  ],
  [
    'window that is all gap',
    { window: daily('02:10', '02:50'), zones: ['America/New_York'] },
    '2026-03-08T06:30Z',
    '2026-03-08T08:00Z',
    10,
  ],
  [
    'window that ends in the gap',
    { window: daily('00:30', '02:30'), zones: ['Europe/Paris'] },
    '2026-03-28T23:00Z',
    '2026-03-29T02:00Z',
    15,
  ],
  [
    'autumn overlap within the window',
    { window: daily('01:30', '03:00'), zones: ['America/New_York'] },
    '2026-11-01T04:30Z',
    '2026-11-01T08:30Z',
    15,
  ],
  [
    'window that ends in the overlap',
    { window: daily('00:00', '01:30'), zones: ['America/Los_Angeles'] },
    '2026-11-01T07:00Z',
    '2026-11-01T10:30Z',
    15,
  ],
  [
    'half-hour change',
    { window: daily('01:15', '03:15'), zones: ['Australia/Lord_Howe'] },
    '2026-10-03T14:00Z',
    '2026-10-03T17:00Z',
    15,
  ],
  [
    'half-hour overlap',
    { window: daily('01:15', '01:45'), zones: ['Australia/Lord_Howe'] },
    '2026-04-04T14:00Z',
    '2026-04-04T16:30Z',
    10,
  ],
  [
    'Ramadan winter time',
    { window: daily('02:00', '03:30'), zones: ['Africa/Casablanca'] },
    '2026-02-15T00:30Z',
    '2026-02-15T03:30Z',
    15,
  ],
  [
    'office hours over a weekend',
    { window: OFFICE, zones: ['Europe/Berlin'] },
    '2026-07-03T06:00Z',
    '2026-07-06T18:00Z',
    180,
  ],
  [
    'over midnight, of the day it began',
    {
      window: { timezone: 'lead', hours: [{ days: ['fri'], start: '22:00', end: '02:00' }] },
      zones: ['Asia/Tokyo'],
    },
    '2026-06-05T12:00Z',
    '2026-06-06T20:00Z',
    60,
  ],
  [
    'over midnight every day, with a break',
    {
      window: daily('20:00', '04:00', {
        breaks: [
          { start: '23:30', end: '00:30' },
          { days: ['sun'], start: '01:00', end: '02:00' },
        ],
      }),
      zones: ['America/Sao_Paulo'],
    },
    '2026-08-15T22:00Z',
    '2026-08-16T10:00Z',
    30,
  ],
  [
    'until midnight',
    { window: daily('18:00', '24:00'), zones: ['Asia/Kathmandu'] },
    '2026-05-01T11:45Z',
    '2026-05-01T19:00Z',
    35,
  ],
  [
    'all day',
    { window: daily('00:00', '24:00', { exceptDates: ['2026-05-02'] }), zones: ['Pacific/Kiritimati'] },
    '2026-04-30T12:00Z',
    '2026-05-02T14:00Z',
    240,
  ],
  [
    'lunch breaks',
    {
      window: { ...OFFICE, breaks: [{ days: ['mon', 'wed'], start: '12:00', end: '13:00' }] },
      zones: ['Asia/Kolkata'],
    },
    '2026-09-14T05:30Z',
    '2026-09-15T09:00Z',
    45,
  ],
  [
    'a clock for all',
    { window: { ...OFFICE, timezone: 'America/Chicago' }, zones: ['Asia/Tokyo'] },
    '2026-03-06T12:00Z',
    '2026-03-09T16:00Z',
    240,
  ],
  [
    'US holidays: Independence Day observed on a Friday',
    {
      window: { ...OFFICE, holidays: { country: 'US' } },
      holidays: ['2026-07-03', '2026-07-04'],
      zones: zonesOf('+12125550123'),
    },
    '2026-07-02T12:00Z',
    '2026-07-06T16:00Z',
    300,
  ],
  [
    'English bank holidays: Boxing Day moved',
    {
      window: { ...OFFICE, holidays: { country: 'GB', region: 'ENG' }, exceptDates: ['2026-12-29'] },
      holidays: ['2026-12-25', '2026-12-26', '2026-12-28', '2027-01-01'],
      zones: zonesOf('+442079460123'),
    },
    '2026-12-24T08:00Z',
    '2027-01-02T10:00Z',
    480,
  ],
  [
    'a holiday that began before midnight',
    {
      window: daily('22:00', '03:00', { holidays: { country: 'DE' } }),
      holidays: ['2026-05-01'],
      zones: ['Europe/Berlin'],
    },
    '2026-04-30T19:00Z',
    '2026-05-02T02:00Z',
    60,
  ],
  [
    'all zones of an Australian mobile',
    { window: daily('09:00', '17:00'), zones: zonesOf('+61491570156') },
    '2026-10-03T22:00Z',
    '2026-10-04T12:00Z',
    30,
  ],
  [
    'an Australian landline',
    { window: daily('09:00', '17:00'), zones: zonesOf('+61255501234') },
    '2026-10-03T20:00Z',
    '2026-10-04T08:00Z',
    60,
  ],
  [
    'a Spanish mobile, maybe on the Canaries',
    { window: daily('09:00', '21:00'), zones: zonesOf('+34612345678') },
    '2026-10-25T06:30Z',
    '2026-10-25T22:00Z',
    30,
  ],
  [
    'us-tcpa alone',
    { window: null, pack: TCPA, zones: zonesOf('+14155550123') },
    '2026-03-08T14:00Z',
    '2026-03-09T16:00Z',
    45,
  ],
  [
    'us-tcpa narrows a wider window',
    {
      window: daily('06:00', '23:00', { timezone: 'America/New_York' }),
      pack: TCPA,
      zones: zonesOf('+18085550123'),
    },
    '2026-11-01T09:00Z',
    '2026-11-02T07:00Z',
    45,
  ],
  [
    'uk weekend',
    { window: null, pack: UK, zones: zonesOf('+447700900123') },
    '2026-03-27T20:00Z',
    '2026-03-30T08:00Z',
    120,
  ],
  [
    'in, and a window from New York',
    {
      window: daily('00:00', '09:00', { timezone: 'America/New_York' }),
      pack: IN,
      zones: zonesOf('+919529117230'),
    },
    '2026-06-10T03:00Z',
    '2026-06-11T05:00Z',
    60,
  ],
  [
    'a place where seasons are turned round',
    { window: OFFICE, zones: ['America/Santiago'] },
    '2026-04-04T00:00Z',
    '2026-04-06T23:00Z',
    300,
  ],
];

export const CASES: WindowCase[] = SCENARIOS.flatMap(([name, scenario, from, to, step]) => {
  const times: string[] = [];
  for (let time = Date.parse(from); time <= Date.parse(to); time += step * 60_000) {
    times.push(new Date(time).toISOString());
  }
  return times.map((at) => ({ pack: null, holidays: [], ...scenario, name: `${name}, ${at}`, at }));
});
