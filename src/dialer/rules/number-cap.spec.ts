import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cappedBy, spanMsOf } from './number-cap.js';

const DAY = 24 * 60 * 60 * 1000;
const NOW = new Date('2030-03-31T12:00:00Z');
const ago = (ms: number): Date => new Date(NOW.getTime() - ms);

describe('cappedBy', () => {
  const cap = { attempts: 3, days: 2 };

  it.each<[string, Date | null, Date | null]>([
    ['fewer calls than the cap', null, null],
    ['a call just now', ago(0), new Date(NOW.getTime() + 2 * DAY)],
    ['a call that leaves in a millisecond', ago(2 * DAY - 1), new Date(NOW.getTime() + 1)],
    ['a call that has just left', ago(2 * DAY), null],
    ['a call long ago', ago(5 * DAY), null],
  ])('should judge by %s', (_, nthLatest, nextAttemptAt) => {
    const expected = nextAttemptAt && { reason: 'number_cap', nextAttemptAt };
    expect(cappedBy(cap, nthLatest, NOW)).toEqual(expected);
  });

  it('should let a number be called exactly when fewer calls than the cap are in the span', () => {
    const anyCalls = fc.array(fc.integer({ min: 0, max: 4 * DAY }), { maxLength: 12 });
    const anyCap = fc.record({
      attempts: fc.integer({ min: 1, max: 5 }),
      days: fc.integer({ min: 1, max: 3 }),
    });
    fc.assert(
      fc.property(anyCalls, anyCap, (ages, cap) => {
        const placed = ages.map(ago).toSorted((a, b) => b.getTime() - a.getTime());
        const nthLatest = placed[cap.attempts - 1] ?? null;
        const countAt = (at: number) => placed.filter((each) => each.getTime() > at - spanMsOf(cap)).length;
        const verdict = cappedBy(cap, nthLatest, NOW);
        expect(verdict === null).toBe(countAt(NOW.getTime()) < cap.attempts);
        if (!verdict) return;
        const until = verdict.nextAttemptAt.getTime();
        expect([countAt(until) < cap.attempts, countAt(until - 1) < cap.attempts]).toEqual([true, false]);
      }),
    );
  });
});
