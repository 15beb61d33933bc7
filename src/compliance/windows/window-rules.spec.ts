import { describe, expect, it } from 'vitest';
import { WEEKDAYS, type CallingWindow } from './calling-window.js';
import { zonesOf, zonesOfNumber } from './number-zones.js';
import { windowRulesOf, type WindowRules } from './window-rules.js';

const NOW = new Date('2026-04-13T10:00:00Z');
/** Of no area: its clock may be any of North America's. */
const TOLL_FREE = '+18005550142';
const timeOf = (minute: number): string =>
  [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, '0')).join(':');
/** Open for ten minutes of every twenty, as often as a window may be. */
const COMB: CallingWindow = {
  timezone: 'lead',
  hours: Array.from({ length: 50 }, (_, i) => ({
    ...{ days: [...WEEKDAYS], start: timeOf(i * 20), end: timeOf(i * 20 + 10) },
  })),
};

function rulesOf(window: CallingWindow): WindowRules {
  const rules = windowRulesOf(window, 'none');
  if (!rules) throw new Error('a window has rules');
  return rules;
}

describe('the rules of a window that nobody would ask for', () => {
  it('should find in a moment that no time of a year suits 42 clocks', () => {
    const zones = zonesOfNumber(TOLL_FREE);
    expect(zones.length).toBeGreaterThan(40);
    const began = performance.now();
    const breaks = COMB.hours.map(({ start }) => ({ start, end: timeOf(minuteOf(start) + 9) }));
    for (const holidays of [null, { country: 'US', region: 'CA' }]) {
      const verdict = rulesOf({ ...COMB, breaks, holidays }).verdict(zones, NOW);
      expect(verdict).toEqual({ open: false, reason: expect.any(String), opensAt: null });
    }
    // 40 ms each, after a first look at the clocks; that each piece of a year was kept took 29,000.
    expect(performance.now() - began).toBeLessThan(2000);
  });

  it('should find the one minute of a year that suits two clocks', () => {
    // London and Paris are one hour apart but for no day of the year: 08:00 there is 09:00 here.
    const days = Array.from({ length: 366 }, (_, i) => new Date(NOW.getTime() + i * 86_400_000));
    const only = '2026-11-12';
    const exceptDates = days.map((day) => day.toISOString().slice(0, 10)).filter((day) => day !== only);
    const minutes = ['08:00', '09:00'].map((start) => ({ start, end: `${start.slice(0, 3)}01` }));
    const hours = minutes.map((span) => ({ days: [...WEEKDAYS], ...span }));
    const rules = rulesOf({ timezone: 'lead', hours, exceptDates });
    const both = ['Europe/London', 'Europe/Paris'];
    const opensAt = new Date(`${only}T08:00:00Z`);
    expect(rules.verdict(both, NOW)).toEqual({ open: false, reason: 'outside_window', opensAt });
    // What was found before is still true later, and no longer once it has come.
    expect(rules.verdict(both, new Date('2026-11-12T07:30:00Z'))).toMatchObject({ open: false, opensAt });
    expect(rules.verdict(both, opensAt)).toEqual({ open: true, closesAt: new Date(`${only}T08:01:00Z`) });
    const after = new Date('2026-11-12T08:01:00Z');
    expect(rules.verdict(both, after)).toMatchObject({ opensAt: new Date('2027-04-14T07:00:00Z') });
  });

  it('should tell the same whether it was asked about an earlier time before or not', () => {
    const zones = zonesOf('America/New_York');
    const window: CallingWindow = { ...COMB, timezone: 'lead', exceptDates: ['2026-04-14'] };
    const asked = rulesOf(window);
    for (let minute = 0; minute < 2 * 1440; minute += 7) {
      const now = new Date(NOW.getTime() + minute * 60_000);
      const fresh = rulesOf({
        ...window,
        breaks: [],
        exceptDates: ['2026-04-14', `19${10 + (minute % 89)}-01-01`],
      });
      expect(asked.verdict(zones, now)).toEqual(fresh.verdict(zones, now));
    }
  });
});

function minuteOf(time: string): number {
  const [hours = NaN, minutes = NaN] = time.split(':').map(Number);
  return hours * 60 + minutes;
}
