import { describe, expect, it } from 'vitest';
import { isPlayed } from './thinning.js';

const PLACES = Array.from({ length: 100_000 }, (_, place) => place);
const blocksOf = (every: number): number[] =>
  PLACES.filter((place) => isPlayed(place, every)).map((place) => Math.floor(place / every));

describe('thinning', () => {
  it.each([1, 2, 5, 25, 40])('should play one lead of every block of %i', (every) => {
    expect(blocksOf(every)).toEqual(PLACES.slice(0, PLACES.length / every));
  });

  it.each([2, 5, 10, 25])('should not be taken in by a pattern of the list, playing each %i-th', (every) => {
    const played = PLACES.filter((place) => isPlayed(place, every));
    for (const period of [2, 5, 10, 25, 50, 100]) {
      const share = played.filter((place) => place % period === 0).length / played.length;
      expect([period, Math.abs(share * period - 1) < 0.05]).toEqual([period, true]);
    }
  });
});
