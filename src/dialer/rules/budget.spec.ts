import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allowanceOf, callsLeft, costOf, reserveFor, type BudgetUse } from './budget.js';

const UNUSED: BudgetUse = { placed: 0, open: 0, undecided: 0, spent: 0, reserved: 0 };
const NO_LIMIT = { maxCalls: null, maxSpend: null };

describe('allowanceOf', () => {
  it('should allow every lead without a limit', () => {
    expect(allowanceOf(NO_LIMIT, UNUSED, [5, 5])).toEqual({ calls: 2, reached: null });
  });

  it('should count open calls, since each may be placed', () => {
    const use = { ...UNUSED, placed: 6, open: 3, undecided: 1 };
    expect(allowanceOf({ ...NO_LIMIT, maxCalls: 10 }, use, [1, 1])).toEqual({ calls: 1, reached: null });
  });

  it('should say that maxCalls is reached only when no call can come back unplaced', () => {
    const use = { ...UNUSED, placed: 9, open: 1, undecided: 1 };
    const budget = { ...NO_LIMIT, maxCalls: 10 };
    expect(allowanceOf(budget, use, [])).toEqual({ calls: 0, reached: null });
    expect(allowanceOf(budget, { ...use, undecided: 0 }, []).reached).toBe('MAX_CALLS_REACHED');
  });

  it('should stop at the first lead that does not fit, in their order', () => {
    const use = { ...UNUSED, open: 1, spent: 20, reserved: 30 };
    expect(allowanceOf({ ...NO_LIMIT, maxSpend: 100 }, use, [20, 30, 10, 1]).calls).toBe(2);
  });

  it('should say that maxSpend is reached only when no open call can give back', () => {
    const budget = { ...NO_LIMIT, maxSpend: 100 };
    const full = { ...UNUSED, open: 1, spent: 60, reserved: 30 };
    expect(allowanceOf(budget, full, [20])).toEqual({ calls: 0, reached: null });
    expect(allowanceOf(budget, { ...UNUSED, spent: 90 }, [20]).reached).toBe('MAX_SPEND_REACHED');
    expect(allowanceOf(budget, { ...UNUSED, spent: 90 }, []).reached).toBeNull();
  });

  it('should never allow more than either limit', () => {
    const anyUse = fc.record({
      placed: fc.nat(50),
      open: fc.nat(20),
      undecided: fc.nat(20),
      spent: fc.nat(1000),
      reserved: fc.nat(1000),
    });
    const anyLimit = fc.option(fc.integer({ min: 1, max: 2000 }));
    fc.assert(
      fc.property(anyLimit, anyLimit, anyUse, fc.array(fc.nat(200)), (maxCalls, maxSpend, use, reserves) => {
        const { calls } = allowanceOf({ maxCalls, maxSpend }, use, reserves);
        const cost = reserves.slice(0, calls).reduce((sum, each) => sum + each, 0);
        if (calls > 0 && maxSpend !== null) {
          expect(use.spent + use.reserved + cost).toBeLessThanOrEqual(maxSpend);
        }
        expect(calls).toBeLessThanOrEqual(callsLeft({ maxCalls, maxSpend }, use));
        expect(calls).toBeLessThanOrEqual(reserves.length);
      }),
    );
  });
});

describe('costOf', () => {
  const call = { rate: 20_000, reserved: 200_000, wasAnswered: true, isCompleted: true, durationMs: 61_000 };

  it.each([
    ['minutes begun', {}, 40_000],
    ['a minute at least when it was connected', { durationMs: 0 }, 20_000],
    ['nothing when nobody answered', { isCompleted: false, wasAnswered: false, durationMs: 0 }, 0],
    ['nothing when it was never placed', { isCompleted: false, wasAnswered: false, durationMs: null }, 0],
    ['what was set aside when nobody told', { isCompleted: false, durationMs: null }, 200_000],
    ['more than set aside when it lasted longer', { durationMs: 660_000 }, 220_000],
  ])('should be %s', (_, over, cost) => {
    expect(costOf({ ...call, ...over })).toBe(cost);
  });

  it('should never be more than what was reserved, within the time limit', () => {
    fc.assert(
      fc.property(
        fc.nat(5_000_000),
        fc.integer({ min: 10, max: 14_400 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (rate, limitS, part) => {
          const reserved = reserveFor(rate, limitS * 1000);
          const durationMs = Math.floor(limitS * part) * 1000;
          expect(costOf({ ...call, rate, reserved, durationMs })).toBeLessThanOrEqual(reserved);
        },
      ),
    );
  });
});
