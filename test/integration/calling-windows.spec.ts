import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import {
  windowRulesOf,
  zonesOfNumber,
  type CallingWindow,
  type RulePackName,
} from '../../src/compliance/index.js';
import { CASES, NUMBER_ZONES } from './calling-window-cases.js';
import { judgeInSql, type SqlVerdict, type WindowCase } from './calling-windows-sql.js';

/** The app's name of the pack that the case writes out. */
function packOf({ pack }: WindowCase): RulePackName {
  if (!pack) return 'none';
  if (pack.hours.length === 2) return 'uk';
  return pack.hours[0]?.start === '10:00' ? 'in' : 'us-tcpa';
}

function judge(one: WindowCase) {
  const verdict = windowRulesOf(one.window, packOf(one))?.verdict(one.zones, new Date(one.at));
  if (!verdict) throw new Error('The case has no rules');
  return verdict.open
    ? { state: 'open', changesAt: verdict.closesAt }
    : { state: verdict.reason, changesAt: verdict.opensAt };
}

describe('calling windows, compared with Postgres', () => {
  const client = new pg.Client({ connectionString: inject('postgresAdminUrl') });
  let expected: SqlVerdict[];

  beforeAll(async () => {
    await client.connect();
    expected = await judgeInSql(client, CASES);
  });
  afterAll(() => client.end());

  it('should have at least 300 cases, open and closed for each reason', () => {
    expect(CASES.length).toBeGreaterThanOrEqual(300);
    const states = new Set(expected.map(({ state }) => state));
    expect(states).toEqual(new Set(['open', 'outside_window', 'break', 'holiday', 'rule_pack']));
  });

  it.each(CASES.map((one, index) => ({ ...one, index })))('should judge: $name', ({ index, ...one }) => {
    const told = expected[index];
    const judged = judge(one);
    expect(judged.state).toBe(told?.state);
    // Postgres looks nine days ahead.
    if (told?.changesAt) expect(judged.changesAt).toEqual(told.changesAt);
    else expect(Number(judged.changesAt ?? Infinity) - Date.parse(one.at)).toBeGreaterThan(9 * 86_400_000);
  });

  it.each(Object.entries(NUMBER_ZONES))('should find the zones of %s', (number, zones) => {
    expect(zonesOfNumber(number)).toEqual(zones);
  });
});

/** Six countries, both hemispheres, half hours and no summer time among them. */
const NUMBERS = [
  '+14155550123',
  '+18085550123',
  '+447700900123',
  '+919529117230',
  '+61491570156',
  '+34612345678',
  '+33639981234',
];
const YEAR = { min: Date.parse('2027-01-01T00:00Z'), max: Date.parse('2028-01-01T00:00Z') };
const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
const MINUTE = fc.integer({ min: 0, max: 24 * 12 - 1 }).map((n) => n * 5);
const PACK_HOURS: Record<RulePackName, (day: string, minute: number) => boolean> = {
  none: () => true,
  'us-tcpa': (_, minute) => minute >= 480 && minute < 1260,
  uk: (day, minute) => day !== 'sun' && minute >= (day === 'sat' ? 540 : 480) && minute < 1260,
  in: (_, minute) => minute >= 600 && minute < 1260,
};

const clock = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const options = { hourCycle: 'h23', weekday: 'short', hour: '2-digit', minute: '2-digit' } as const;
  const format = formats.get(timeZone) ?? new Intl.DateTimeFormat('en', { timeZone, ...options });
  formats.set(timeZone, format);
  return format;
}

/** What a clock on the wall shows, by Intl. */
function wallClock(zone: string, at: Date): { day: string; before: string; minute: number } {
  const parts = Object.fromEntries(
    formatOf(zone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  const day = (parts.weekday ?? '').slice(0, 3).toLowerCase();
  const index = WEEKDAYS.findIndex((one) => one === day);
  return {
    day,
    before: WEEKDAYS[(index + 6) % 7] ?? '',
    minute: Number(parts.hour) * 60 + Number(parts.minute),
  };
}

describe('calling windows over a year', () => {
  const rules = fc.record({
    number: fc.constantFrom(...NUMBERS),
    days: fc.subarray([...WEEKDAYS], { minLength: 1 }),
    start: MINUTE,
    length: fc.integer({ min: 1, max: 24 * 12 - 1 }).map((n) => n * 5),
    pack: fc.constantFrom<RulePackName>('none', 'us-tcpa', 'uk', 'in'),
    isLeadClock: fc.boolean(),
    at: fc.integer(YEAR).map((time) => new Date(time)),
  });

  it('should judge open exactly when every possible local clock is inside, in six countries', () => {
    let opened = 0;
    fc.assert(
      fc.property(rules, ({ number, days, start, length, pack, isLeadClock, at }) => {
        const end = (start + length) % 1440;
        const hours = [{ days, start: clock(start), end: clock(end) }];
        const window: CallingWindow = { timezone: isLeadClock ? 'lead' : 'Asia/Tokyo', hours };
        const verdict = windowRulesOf(window, pack)?.verdict(zonesOfNumber(number), at);
        const zones = NUMBER_ZONES[number] ?? [];
        const isIn = (zone: string) => {
          const { day, before, minute } = wallClock(zone, at);
          const has = (one: string) => days.some((listed) => listed === one);
          if (start < end) return has(day) && minute >= start && minute < end;
          return (has(day) && minute >= start) || (has(before) && minute < end);
        };
        // The days on which the four British nations have a holiday are for the table of cases.
        if (pack === 'uk' && verdict?.open === false && verdict.reason === 'rule_pack') return;
        const allows = (zone: string) => {
          const { day, minute } = wallClock(zone, at);
          return PACK_HOURS[pack](day, minute);
        };
        const isOpen = (isLeadClock ? zones : ['Asia/Tokyo']).every(isIn) && zones.every(allows);
        if (isOpen) opened += 1;
        expect(verdict?.open).toBe(isOpen);
      }),
      { numRuns: 2000 },
    );
    expect(opened).toBeGreaterThan(100);
  });

  it('should keep its word: open until it closes, closed until it opens, whatever was asked before', () => {
    fc.assert(
      fc.property(rules, fc.double({ min: 0, max: 0.999, noNaN: true }), (rule, part) => {
        const hours = [
          { days: rule.days, start: clock(rule.start), end: clock((rule.start + rule.length) % 1440) },
        ];
        const window: CallingWindow = { timezone: 'lead', hours };
        const zones = zonesOfNumber(rule.number);
        const judge = (time: number) => windowRulesOf(window, rule.pack)?.verdict(zones, new Date(time));
        const first = judge(rule.at.getTime());
        const edge = first?.open ? first.closesAt : first?.opensAt;
        if (!edge) return;
        const before = rule.at.getTime() + Math.floor(part * (edge.getTime() - rule.at.getTime()));
        expect(judge(before)?.open).toBe(first?.open);
        expect(judge(edge.getTime() - 1)?.open).toBe(first?.open);
        expect(judge(edge.getTime())?.open).toBe(!first?.open);
        expect(judge(rule.at.getTime())).toEqual(first);
      }),
      { numRuns: 300 },
    );
  });
});
