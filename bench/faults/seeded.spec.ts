import { describe, expect, it } from 'vitest';
import { Seeded } from './seeded.js';

describe('Seeded', () => {
  it('should give the same numbers for the same seed, and others for another', () => {
    const draw = (seed: number) =>
      Array.from(
        { length: 20 },
        (
          (random) => () =>
            random.unit()
        )(new Seeded(seed)),
      );
    expect(draw(5)).toEqual(draw(5));
    expect(draw(5)).not.toEqual(draw(6));
  });

  it('should stay within its bounds and reach both ends', () => {
    const random = new Seeded(1);
    const drawn = Array.from({ length: 500 }, () => random.whole(2, 5));
    expect(new Set(drawn)).toEqual(new Set([2, 3, 4, 5]));
  });

  it('should wait about as long as asked for on average, and never longer than four times that', () => {
    const random = new Seeded(1);
    const gaps = Array.from({ length: 4000 }, () => random.gapMs(100));
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    expect(mean).toBeGreaterThan(90);
    expect(mean).toBeLessThan(110);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(400);
  });
});
