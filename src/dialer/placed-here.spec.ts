import { describe, expect, it } from 'vitest';
import { PlacedHere } from './placed-here.js';

describe('PlacedHere', () => {
  it('should know the campaign of a call until it ends, and of no two calls', () => {
    const placed = new PlacedHere();
    placed.note('a', 'A');
    placed.note('b', 'B');
    expect([
      placed.ofOnly(['a']),
      placed.ofOnly(['a', 'b']),
      placed.ofOnly(['c']),
      placed.ofOnly([]),
    ]).toEqual(['A', undefined, undefined, undefined]);
    placed.forget(['a']);
    expect([placed.ofOnly(['a']), placed.ofOnly(['b'])]).toEqual([undefined, 'B']);
  });

  it('should drop the oldest of more than ten thousand', () => {
    const placed = new PlacedHere();
    for (let n = 0; n <= 10_000; n += 1) placed.note(`${n}`, 'A');
    expect([placed.ofOnly(['0']), placed.ofOnly(['1']), placed.ofOnly(['10000'])]).toEqual([
      undefined,
      'A',
      'A',
    ]);
  });
});
