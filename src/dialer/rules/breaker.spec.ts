import { describe, expect, it } from 'vitest';
import { judgeCarrier, type BreakerSettings } from './breaker.js';

const SETTINGS: BreakerSettings = { percent: 50, leastCalls: 20, windowS: 120 };

describe('judgeCarrier', () => {
  it.each([
    ['half of twenty calls failed', 10, 10, true],
    ['more than half failed', 300, 10, true],
    ['less than half failed', 9, 11, false],
    ['there were fewer than twenty calls', 19, 0, false],
    ['none failed', 0, 1000, false],
  ])('should judge when %s', (_, failed, handled, isFailing) => {
    expect(judgeCarrier({ failed, handled }, SETTINGS) !== null).toBe(isFailing);
  });

  it('should say how many failed of how many, and within what time', () => {
    const reason = judgeCarrier({ failed: 15, handled: 10 }, SETTINGS);
    expect(reason?.code).toBe('CARRIER_FAILING');
    expect(reason?.message).toContain('15 of 25 calls (60 %) within 120 s');
  });

  it('should never break at 0 percent', () => {
    expect(judgeCarrier({ failed: 100, handled: 0 }, { ...SETTINGS, percent: 0 })).toBeNull();
  });
});
