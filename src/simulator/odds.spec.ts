import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { completeOdds, DEFAULT_ODDS, drawMs, drawOutcome, OUTCOMES } from './odds.js';
import type { Odds } from './odds.js';

const keys = fc.record({
  seed: fc.integer(),
  to: fc.stringMatching(/^\+[1-9]\d{9}$/),
  attempt: fc.integer({ min: 1, max: 50 }),
});

describe('odds', () => {
  it('should draw each outcome as often as its share says', () => {
    const draws = 20_000;
    const seen: Record<string, number> = {};
    for (let index = 0; index < draws; index += 1) {
      const outcome = drawOutcome({ seed: 1, to: `+1415${5_550_000 + index}`, attempt: 1 });
      seen[outcome] = (seen[outcome] ?? 0) + 1;
    }
    for (const outcome of OUTCOMES)
      expect((seen[outcome] ?? 0) / draws).toBeCloseTo(DEFAULT_ODDS[outcome], 1.7);
  });
  it('should draw the same again for the same key, and otherwise for another attempt or seed', () => {
    fc.assert(fc.property(keys, (key) => drawOutcome(key) === drawOutcome({ ...key })));
    const even: Odds = { answered: 0.2, machine: 0.2, busy: 0.2, 'no-answer': 0.2, failed: 0.2 };
    const sequence = (seed: number) =>
      Array.from({ length: 30 }, (_, index) =>
        drawOutcome({ seed, to: '+14155550100', attempt: index + 1 }, even),
      );
    expect(new Set(sequence(1)).size).toBe(5);
    expect(sequence(1)).not.toEqual(sequence(2));
  });
  it('should never draw an outcome without a share', () => {
    const odds = completeOdds({ busy: 1 });
    fc.assert(fc.property(keys, (key) => drawOutcome(key, odds) === 'busy'));
  });
  it('should keep durations within their range', () => {
    fc.assert(
      fc.property(keys, fc.nat(100_000), fc.nat(100_000), (key, min, more) => {
        const ms = drawMs(key, 'ring', [min, min + more]);
        return ms >= min && ms <= min + more;
      }),
    );
  });
  it('should fill in what is left out so that all shares make 1', () => {
    const share = fc.double({ min: 0, max: 0.2, noNaN: true });
    const partial = fc.record({ answered: share, busy: share, failed: share }, { requiredKeys: [] });
    fc.assert(
      fc.property(partial, (given) => {
        const odds = completeOdds(given);
        const sum = OUTCOMES.reduce((total, outcome) => total + odds[outcome], 0);
        expect(sum).toBeCloseTo(1, 9);
        expect(odds).toMatchObject(given);
      }),
    );
    expect(completeOdds({})).toEqual(DEFAULT_ODDS);
    expect(completeOdds({ answered: 0 })['no-answer']).toBeCloseTo(0.4, 9);
  });
  it('should refuse shares that cannot be', () => {
    expect(() => completeOdds({ busy: 1.1 })).toThrow('odds.busy must be a number from 0 to 1');
    expect(() => completeOdds({ busy: 0.6, failed: 0.6 })).toThrow('more than 1');
    expect(() => completeOdds({ ...DEFAULT_ODDS, busy: 0 })).toThrow('not to 1');
  });
});
