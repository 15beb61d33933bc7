import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { problemOfWindow } from './window-check.js';
import { isTimeZone } from './zone-clock.js';

const HOURS = [{ days: ['mon'], start: '09:00', end: '18:00' }];
const GOOD = { timezone: 'lead', hours: HOURS };

describe('problemOfWindow', () => {
  it.each([
    GOOD,
    { timezone: 'Europe/London', hours: HOURS, breaks: [], holidays: null, exceptDates: [] },
    { ...GOOD, holidays: { country: 'US', region: 'CA' }, exceptDates: ['2026-12-24'] },
    { ...GOOD, hours: [{ days: ['sun'], start: '00:00', end: '24:00' }] },
    { ...GOOD, hours: [...HOURS, { days: ['mon'], start: '18:00', end: '09:00' }] },
    { ...GOOD, breaks: [{ start: '12:00', end: '13:00' }] },
  ])('should take %j', (window) => {
    expect(problemOfWindow(window)).toBeUndefined();
  });

  it.each([
    [[], 'must be an object'],
    [{ hours: HOURS }, 'timezone must be "lead" or an IANA time zone'],
    [{ ...GOOD, timezone: 'EST' }, 'timezone must be'],
    [{ ...GOOD, timezone: 'Mars/Olympus' }, 'timezone must be'],
    [{ ...GOOD, timezone: '+05:00' }, 'timezone must be'],
    [{ ...GOOD, days: ['mon'] }, 'has an unknown field days'],
    [{ timezone: 'lead' }, 'hours must be a list'],
    [{ ...GOOD, hours: [] }, 'hours must not be empty'],
    [{ ...GOOD, hours: [[]] }, 'hours.0 must be an object'],
    [{ ...GOOD, hours: [null] }, 'hours.0 must be an object'],
    [{ ...GOOD, hours: [{ days: [], start: '09:00', end: '18:00' }] }, 'hours.0 days must be a list of mon'],
    [{ ...GOOD, hours: [{ days: ['Monday'], start: '09:00', end: '18:00' }] }, 'hours.0 days must be'],
    [{ ...GOOD, hours: [{ days: ['mon', 'mon'], start: '09:00', end: '18:00' }] }, 'days must not repeat'],
    [{ ...GOOD, hours: [{ days: ['mon'], start: '9:00', end: '18:00' }] }, 'start must be a time'],
    [{ ...GOOD, hours: [{ days: ['mon'], start: '24:00', end: '18:00' }] }, 'start must be a time'],
    [{ ...GOOD, hours: [{ days: ['mon'], start: '09:00', end: '09:00' }] }, 'same time'],
    [{ ...GOOD, hours: [...HOURS, { days: ['mon'], start: '17:59', end: '19:00' }] }, 'overlap'],
    [
      {
        ...GOOD,
        hours: [
          { days: ['sun'], start: '22:00', end: '09:01' },
          { days: ['mon'], start: '09:00', end: '10:00' },
        ],
      },
      'overlap',
    ],
    [{ ...GOOD, breaks: [{ start: '08:00', end: '18:00' }] }, 'is never open'],
    [{ ...GOOD, breaks: {} }, 'breaks must be a list'],
    [{ ...GOOD, breaks: [{ days: null, start: '12:00', end: '13:00' }] }, 'breaks.0 days must be'],
    [{ ...GOOD, holidays: 'US' }, 'holidays must be an object'],
    [{ ...GOOD, holidays: { country: 'ZZ' } }, 'holidays of the country ZZ are not known'],
    [{ ...GOOD, holidays: { country: 'us' } }, 'country must be a two-letter'],
    [{ ...GOOD, holidays: { country: 'US', region: 'Bavaria' } }, 'Bavaria is no region of US'],
    [{ ...GOOD, exceptDates: ['2026-02-30'] }, 'exceptDates.0 must be a day'],
    [{ ...GOOD, exceptDates: ['2026-12-24', '2026-12-24'] }, 'exceptDates must not repeat'],
  ])('should say what is wrong with %j', (window, words) => {
    expect(problemOfWindow(window)).toContain(words);
  });

  it('should answer anything, and never throw', () => {
    const anything = fc.anything({ maxDepth: 4 });
    const nearly = fc.record(
      { timezone: fc.constantFrom('lead', 'UTC'), hours: anything, breaks: anything, holidays: anything },
      { requiredKeys: ['timezone'] },
    );
    fc.assert(
      fc.property(fc.oneof(anything, nearly), (value) => {
        const problem = problemOfWindow(value);
        return problem === undefined || problem.length > 0;
      }),
    );
  });
});

describe('isTimeZone', () => {
  it.each(['America/New_York', 'UTC', 'America/Argentina/Buenos_Aires', 'US/Eastern', 'Etc/GMT+5'])(
    'should know %s',
    (name) => {
      expect(isTimeZone(name)).toBe(true);
    },
  );
  it.each(['', 'EST', 'PST8PDT', '+01:00', 'Europe', 'Europe/Londonn', 'America/New York', 'a'.repeat(5000)])(
    'should refuse %j',
    (name) => {
      expect(isTimeZone(name)).toBe(false);
    },
  );
});
