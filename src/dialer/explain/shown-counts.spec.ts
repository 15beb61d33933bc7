import { describe, expect, it } from 'vitest';
import { countLimit, MOST_COUNTED, shownCounts } from './shown-counts.js';

const STOPPED = MOST_COUNTED + 1;
const counts = (...all: number[]) => all.map((count) => ({ count }));

describe('shownCounts', () => {
  it.each<[string, number[], number | null, [number, boolean][]]>([
    [
      'what was counted to its end',
      [0, 3, MOST_COUNTED],
      20_000,
      [
        [0, false],
        [3, false],
        [MOST_COUNTED, false],
      ],
    ],
    [
      'the rest of the total for the only one that stopped',
      [7, STOPPED],
      1_000_000,
      [
        [7, false],
        [999_993, false],
      ],
    ],
    [
      'no less than was counted',
      [7, STOPPED],
      50,
      [
        [7, false],
        [STOPPED, false],
      ],
    ],
    [
      'that two stopped',
      [STOPPED, 5, STOPPED],
      1_000_000,
      [
        [MOST_COUNTED, true],
        [5, false],
        [MOST_COUNTED, true],
      ],
    ],
    [
      'all as it is where nothing stops',
      [STOPPED, 700_000],
      null,
      [
        [STOPPED, false],
        [700_000, false],
      ],
    ],
  ])('should show %s', (_, counted, total, shown) => {
    expect(shownCounts(counts(...counted), total)).toEqual(
      shown.map(([count, isCapped]) => ({ count, isCapped })),
    );
  });
});

describe('countLimit', () => {
  it.each<[number, number | null]>([
    [0, null],
    [10_000, null],
    [10_001, STOPPED],
    [1_000_000, STOPPED],
  ])('should be, for %i leads, %s', (leads, limit) => {
    expect(countLimit(leads)).toBe(limit);
  });
});
