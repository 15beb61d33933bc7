import { describe, expect, it } from 'vitest';
import { offsetAt, zoneNamed } from './zone-clock.js';

const ZONE = 'America/Argentina/ComodRivadavia';
const HOUR_MS = 3_600_000;

describe('the clock of a zone', () => {
  it('should be let go of when very many others were asked for, as spellings of one name are', () => {
    const first = zoneNamed(spelling(0));
    expect(zoneNamed(spelling(0))).toBe(first);
    for (let n = 1; n <= 300; n += 1) expect(zoneNamed(spelling(n)).offset(0)).toBe(-180);
    const again = zoneNamed(spelling(0));
    expect([again === first, again.offset(0)]).toEqual([false, first.offset(0)]);
  });

  it('should stand as it does for just as long, whatever was asked before', () => {
    const spring = Date.parse('2026-03-29T01:00:00Z');
    const autumn = Date.parse('2026-10-25T01:00:00Z');
    for (const time of [autumn, spring, spring - 1, autumn - 1, Date.parse('2060-07-01T00:00:00Z'), spring]) {
      const { from, to, offset } = offsetAt('Europe/Paris', time);
      expect([from <= time, time < to, offset]).toEqual([true, true, summerHours(time) * HOUR_MS]);
    }
    expect(offsetAt('Europe/Paris', spring).from).toBe(spring);
    expect(offsetAt('Europe/Paris', spring - 1).to).toBe(spring);
  });
});

function summerHours(time: number): number {
  return time < Date.parse('2026-03-29T01:00:00Z') || time === Date.parse('2026-10-25T01:00:00Z') ? 1 : 2;
}

/** Of the small letters the n-th choice of capitals. */
function spelling(n: number): string {
  return ZONE.replace(/[a-z]/g, (letter, at: number) =>
    (n >> (at % 9)) & 1 ? letter.toUpperCase() : letter,
  );
}
