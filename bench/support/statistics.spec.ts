import { describe, expect, it } from 'vitest';
import { largest, median, percentile, slopeOf, spreadOf } from './statistics.js';

describe('statistics', () => {
  it('should take the middle, or the mean of the two in the middle', () => {
    expect(median([5, 1, 3])).toBe(3);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([])).toBeNaN();
  });

  it('should tell percentiles of values in any order', () => {
    const values = Array.from({ length: 100 }, (_, i) => 100 - i);
    expect(percentile(values, 50)).toBe(51);
    expect(percentile(values, 99)).toBe(100);
    expect(percentile([7], 99)).toBe(7);
    expect(percentile([], 50)).toBeNaN();
  });

  it('should bear more values than a function can have arguments', () => {
    const values = Array.from({ length: 300_000 }, (_, i) => i);
    expect(largest(values)).toBe(299_999);
    expect(spreadOf(values)).toBe(299_999);
  });

  it('should find the slope of a line, and none in one point', () => {
    expect(slopeOf([1, 2, 5].map((x) => ({ x, y: 3 * x + 2 })))).toBeCloseTo(3);
    expect(slopeOf([0, 1, 2].map((x) => ({ x, y: 8 })))).toBe(0);
    expect(slopeOf([{ x: 1, y: 1 }])).toBeNaN();
  });
});
