import { describe, expect, it } from 'vitest';
import { spreadOut } from './spread.js';

const calls = (count: number): number[] => Array.from({ length: count }, (_, nth) => nth);

describe('spreadOut', () => {
  it.each([0, 1, 3, 16])('should hand out %i calls at once', (count) => {
    expect(spreadOut(calls(count))).toEqual([{ items: calls(count), delayMs: 0 }]);
  });

  it('should hand out what is more than 16 by fours, 3 ms for each', () => {
    const [first, ...others] = spreadOut(calls(27));
    expect(first).toEqual({ items: calls(16), delayMs: 0 });
    expect(others).toEqual([
      { items: [16, 17, 18, 19], delayMs: 12 },
      { items: [20, 21, 22, 23], delayMs: 24 },
      { items: [24, 25, 26], delayMs: 33 },
    ]);
  });

  it('should hand out a thousand within 200 ms, each once and in their order', () => {
    const handouts = spreadOut(calls(1000));
    expect(handouts.flatMap(({ items }) => items)).toEqual(calls(1000));
    const delays = handouts.map(({ delayMs }) => delayMs);
    expect(delays).toEqual(delays.toSorted((a, b) => a - b));
    expect(delays.at(-1)).toBeCloseTo(200, 6);
  });
});
