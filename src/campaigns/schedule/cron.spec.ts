import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cronProblem, instantsBack, isZone, nextAfter, type CronRule } from './cron.js';

const HOUR = 3_600_000;
/** Zones with all that clocks do: turned by an hour, by half an hour, at midnight, never, and far from UTC. */
const ZONES = [
  ...['Europe/London', 'America/New_York', 'America/Havana', 'Africa/Cairo', 'Australia/Lord_Howe'],
  ...['Asia/Kolkata', 'Asia/Kathmandu', 'Pacific/Kiritimati', 'Pacific/Chatham', 'America/Santiago', 'UTC'],
];

const formats = new Map<string, Intl.DateTimeFormat>();

/** What clocks show, told by ICU: not by the library that the rule uses. */
function wallOf(at: Date, timeZone: string): string {
  const options = { timeZone, dateStyle: 'short', timeStyle: 'short', hourCycle: 'h23' } as const;
  const format = formats.get(timeZone) ?? new Intl.DateTimeFormat('sv-SE', options);
  formats.set(timeZone, format);
  return format.format(at);
}

function next(rule: CronRule, after: Date, count: number): Date[] {
  const found: Date[] = [];
  for (let at: Date | null = after; found.length < count && at !== null;) {
    at = nextAfter(rule, at);
    if (at) found.push(at);
  }
  return found;
}

const iso = (dates: Date[]): string[] => dates.map((date) => date.toISOString());
const daily = fc.record({ hour: fc.integer({ min: 0, max: 23 }), minute: fc.integer({ min: 0, max: 59 }) });
const zone = fc.constantFrom(...ZONES);
/** Seconds, not minutes, so that an instant is rarely a due one. */
const instant = fc
  .integer({ min: Date.UTC(2025, 0) / 1000, max: Date.UTC(2028, 0) / 1000 })
  .map((seconds) => new Date(seconds * 1000));

describe('nextAfter', () => {
  it.each([
    // [zone, cron, after, the next ones]: the days around each turning of the clocks, worked out by hand.
    [
      'Europe/London',
      '0 9 * * 1-5',
      '2026-03-27T08:59:59Z',
      ['2026-03-27T09:00', '2026-03-30T08:00', '2026-03-31T08:00'],
    ],
    [
      'Europe/London',
      '30 1 * * *',
      '2026-03-28T00:00:00Z',
      ['2026-03-28T01:30', '2026-03-29T01:00', '2026-03-30T00:30'],
    ],
    [
      'Europe/London',
      '30 1 * * *',
      '2026-10-24T00:00:00Z',
      ['2026-10-24T00:30', '2026-10-25T00:30', '2026-10-26T01:30'],
    ],
    [
      'Europe/London',
      '*/30 1-2 * * *',
      '2026-03-29T00:00:00Z',
      ['2026-03-29T01:00', '2026-03-29T01:30', '2026-03-30T00:00'],
    ],
    [
      'America/New_York',
      '30 2 * * *',
      '2026-03-07T12:00:00Z',
      ['2026-03-08T07:00', '2026-03-09T06:30', '2026-03-10T06:30'],
    ],
    [
      'America/New_York',
      '30 1 * * *',
      '2026-10-31T12:00:00Z',
      ['2026-11-01T05:30', '2026-11-02T06:30', '2026-11-03T06:30'],
    ],
    [
      'Africa/Cairo',
      '0 0 * * *',
      '2026-04-23T12:00:00Z',
      ['2026-04-23T22:00', '2026-04-24T21:00', '2026-04-25T21:00'],
    ],
    [
      'Australia/Lord_Howe',
      '15 2 * * *',
      '2026-10-02T00:00:00Z',
      ['2026-10-02T15:45', '2026-10-03T15:30', '2026-10-04T15:15'],
    ],
    [
      'Asia/Kolkata',
      '0 9 1 * *',
      '2026-12-31T00:00:00Z',
      ['2027-01-01T03:30', '2027-02-01T03:30', '2027-03-01T03:30'],
    ],
    [
      'UTC',
      '0 0 29 2 *',
      '2026-01-01T00:00:00Z',
      ['2028-02-29T00:00', '2032-02-29T00:00', '2036-02-29T00:00'],
    ],
    [
      'UTC',
      '0 9 13 * 5',
      '2026-02-13T09:00:00Z',
      ['2026-02-20T09:00', '2026-02-27T09:00', '2026-03-06T09:00'],
    ],
  ])('should be right in %s for %s after %s', (timezone, cron, after, expected) => {
    const found = next({ cron, timezone }, new Date(after), expected.length);
    expect(iso(found)).toEqual(expected.map((at) => `${at}:00.000Z`));
  });

  it('should be due once on each day of a year, whatever the clocks do, and at the time they show', () => {
    fc.assert(
      fc.property(zone, daily, instant, (timezone, { hour, minute }, from) => {
        const found = next({ cron: `${minute} ${hour} * * *`, timezone }, from, 366);
        const shown = found.map((at) => wallOf(at, timezone));
        const days = shown.map((each) => each.slice(0, 10));
        expect(new Set(days).size).toBe(366);
        const span = (Date.parse(days.at(-1)!) - Date.parse(days[0]!)) / (24 * HOUR);
        expect(span, 'no day left out').toBe(365);
        const time = `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
        const others = found.filter((at, i) => shown[i]!.slice(11) !== time);
        for (const at of others) expect(isTurning(at, timezone), at.toISOString()).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  it('should always be later than what it follows, with nothing due in between', () => {
    fc.assert(
      fc.property(
        zone,
        daily,
        instant,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (timezone, time, after, part) => {
          const rule = { cron: `${time.minute} */${(time.hour % 6) + 1} * * 1-5`, timezone };
          const due = nextAfter(rule, after)!;
          expect(due.getTime()).toBeGreaterThan(after.getTime());
          const between = new Date(
            after.getTime() + Math.floor((due.getTime() - 1 - after.getTime()) * part),
          );
          expect(nextAfter(rule, between)).toEqual(due);
        },
      ),
    );
  });
});

describe('instantsBack', () => {
  it('should be what nextAfter gives, backwards', () => {
    fc.assert(
      fc.property(
        zone,
        daily,
        instant,
        fc.constantFrom('*', '1-5', '0'),
        (timezone, { hour, minute }, from, days) => {
          const rule = {
            cron: `${minute},${(minute + 20) % 60} ${hour},${(hour + 1) % 24} * * ${days}`,
            timezone,
          };
          const forward = next(rule, from, 40);
          const back: Date[] = [];
          for (const at of instantsBack(rule, forward.at(-1)!)) {
            if (at <= from) break;
            back.push(at);
          }
          expect(iso(back.toReversed())).toEqual(iso(forward));
        },
      ),
    );
  });

  it('should begin with the instant itself', () => {
    const at = new Date('2026-03-27T09:00:00Z');
    const rule = { cron: '0 9 * * *', timezone: 'Europe/London' };
    expect(instantsBack(rule, at).next().value).toEqual(at);
    expect(instantsBack(rule, new Date(at.getTime() - 1)).next().value).toEqual(
      new Date('2026-03-26T09:00:00Z'),
    );
  });
});

describe('cronProblem', () => {
  it.each([
    '0 9 * * 1-5',
    '*/5 * * * *',
    '0 9 * * MON-FRI',
    '15,45 8-18/2 1 jan *',
    '0 0 29 2 *',
    '55 23 31 12 *',
    '0 0 * * 7',
  ])('should take %s', (cron) => expect(cronProblem(cron)).toBeNull());

  it.each([
    ['', 'not_five_fields'],
    ['0 9 * *', 'not_five_fields'],
    ['0 0 9 * * 1-5', 'not_five_fields'],
    ['@daily', 'not_five_fields'],
    ['H 9 * * *', 'unknown_words'],
    ['0 9 L * *', 'unknown_words'],
    ['0 9 ? * 1', 'unknown_words'],
    ['0 9 * * 1#1', 'unknown_words'],
    ['0 9 * * MO', 'unknown_words'],
    ['60 9 * * *', 'not_valid'],
    ['0 24 * * *', 'not_valid'],
    ['0 9 0 * *', 'not_valid'],
    ['0 9-5 * * *', 'not_valid'],
    ['5- 9 * * *', 'not_valid'],
    [',5 9 * * *', 'not_valid'],
    ['0/0 9 * * *', 'not_valid'],
    ['* * * * *', 'too_frequent'],
    ['*/4 9 * * *', 'too_frequent'],
    ['0,3 9 * * *', 'too_frequent'],
    ['2,58 0,23 * * *', 'too_frequent'],
    ['0 0 30 2 *', 'never'],
    ['0 0 31 4,6,9,11 *', 'never'],
  ])('should say of %j: %s', (cron, problem) => {
    expect(cronProblem(cron)).toBe(problem);
  });

  it('should say something of whatever is sent, and walk each expression it takes', () => {
    const part = fc.string({
      unit: fc.constantFrom(...Array.from('0123456789*,-/ jJaAnNH#?L')),
      maxLength: 6,
    });
    fc.assert(
      fc.property(fc.array(part, { minLength: 4, maxLength: 6 }), (parts) => {
        const cron = parts.join(' ');
        if (cronProblem(cron) !== null) return;
        expect(
          nextAfter({ cron, timezone: 'Europe/London' }, new Date('2026-01-01T00:00:00Z')),
        ).toBeInstanceOf(Date);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('isZone', () => {
  it.each([...ZONES, 'Asia/Calcutta', 'Etc/GMT+5'])('should know %s', (name) =>
    expect(isZone(name)).toBe(true),
  );
  it.each([
    '',
    ' ',
    'London',
    '+05:30',
    'Mars/Olympus',
    'Europe/London ',
    'GMT+5',
    'constructor',
    'x'.repeat(5000),
  ])('should refuse %j', (name) => expect(isZone(name)).toBe(false));
});

/** Whether clocks are turned forward at this very instant. */
function isTurning(at: Date, timeZone: string): boolean {
  const minutesOf = (date: Date) => Date.parse(`${wallOf(date, timeZone).replace(' ', 'T')}Z`) / 60_000;
  return minutesOf(at) - minutesOf(new Date(at.getTime() - 60_000)) > 1;
}
