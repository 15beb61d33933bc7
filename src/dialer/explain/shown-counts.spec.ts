import { describe, expect, it } from 'vitest';
import { COUNT_CAP } from '../../common/index.js';
import { shownCounts } from './shown-counts.js';

const STOPPED = COUNT_CAP + 1;
const counts = (...all: number[]) => all.map((count) => ({ count }));

describe('shownCounts', () => {
  it.each<[string, number[], number | null, [number, boolean][]]>([
    [
      'what was counted to its end',
      [0, 3, COUNT_CAP],
      20_000,
      [
        [0, false],
        [3, false],
        [COUNT_CAP, false],
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
        [COUNT_CAP, true],
        [5, false],
        [COUNT_CAP, true],
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
