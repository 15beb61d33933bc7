import { describe, expect, it } from 'vitest';
import { backoffMs } from './backoff.js';

describe('backoffMs', () => {
  it('should double up to half a minute', () => {
    const longest = [0, 1, 2, 5, 6, 1000].map((tries) => backoffMs(tries, () => 1));
    expect(longest).toEqual([500, 1000, 2000, 16_000, 30_000, 30_000]);
  });

  it('should never be shorter than half of it', () => {
    expect(backoffMs(3, () => 0)).toBe(2000);
  });
});
