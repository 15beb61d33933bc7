import { describe, expect, it } from 'vitest';
import { ATTEMPTS_IN_LINE, MOST_ATTEMPTS, nextStep } from './retry-plan.js';

const FIRST_MS = 5000;
const HOUR_MS = 3_600_000;

describe('nextStep', () => {
  const steps = (random: number) =>
    Array.from({ length: MOST_ATTEMPTS }, (_, i) => nextStep(i + 1, false, FIRST_MS, random));

  it('should hold the line for some minutes, then step aside, then give up after about a day', () => {
    const all = steps(0.5);
    expect(all.map(({ status }) => status)).toEqual([
      ...Array<string>(ATTEMPTS_IN_LINE - 1).fill('pending'),
      ...Array<string>(MOST_ATTEMPTS - ATTEMPTS_IN_LINE).fill('parked'),
      'dead',
    ]);
    const waits = all.map(({ waitMs }) => waitMs ?? 0);
    expect(waits.slice(0, 3)).toEqual([5000, 20_000, 80_000]);
    const inLine = waits.slice(0, ATTEMPTS_IN_LINE - 1).reduce((sum, ms) => sum + ms, 0);
    expect(inLine).toBeLessThan(10 * 60_000);
    const whole = waits.reduce((sum, ms) => sum + ms, 0);
    expect(whole).toBeGreaterThan(23 * HOUR_MS);
    expect(whole).toBeLessThan(25 * HOUR_MS);
  });

  it('should spread what failed together by a tenth', () => {
    expect(nextStep(1, false, FIRST_MS, 0).waitMs).toBe(4500);
    expect(nextStep(1, false, FIRST_MS, 1).waitMs).toBe(5500);
  });

  it('should never bring an event back into the line', () => {
    expect(nextStep(1, true, FIRST_MS, 0.5)).toEqual({ status: 'parked', waitMs: 5000 });
  });
});
