import { describe, expect, it } from 'vitest';
import { BRIEF_MS, BriefCache } from './brief-cache.js';

class FakeClock {
  ms = 0;
  monotonic(): number {
    return this.ms;
  }
}

function counted(): {
  cache: BriefCache<number>;
  clock: FakeClock;
  read: () => Promise<number>;
  reads: () => number;
} {
  const clock = new FakeClock();
  let reads = 0;
  return { cache: new BriefCache<number>(clock), clock, reads: () => reads, read: async () => (reads += 1) };
}

describe('BriefCache', () => {
  it('should read once for many at once, and again when the time is over', async () => {
    const { cache, clock, read, reads } = counted();
    await Promise.all([cache.get('a', read), cache.get('a', read)]);
    clock.ms = BRIEF_MS - 1;
    expect(await cache.get('a', read)).toBe(1);
    clock.ms = BRIEF_MS;
    expect(await cache.get('a', read)).toBe(2);
    expect(reads()).toBe(2);
  });

  it('should forget also what is being read', async () => {
    const { cache, read } = counted();
    const old = cache.get('a', read);
    cache.clear();
    expect(await cache.get('a', read)).toBe(2);
    expect(await old).toBe(1);
    expect(await cache.get('a', read)).toBe(2);
  });

  it('should not remember a failure', async () => {
    const { cache, read } = counted();
    await expect(cache.get('a', () => Promise.reject(new Error('away')))).rejects.toThrow('away');
    expect(await cache.get('a', read)).toBe(1);
  });

  it('should not grow without end', async () => {
    const { cache, read, reads } = counted();
    for (let n = 0; n <= 10_000; n += 1) await cache.get(String(n), read);
    await cache.get('10000', read);
    expect(reads()).toBe(10_001);
    await cache.get('0', read);
    expect(reads()).toBe(10_002);
  });
});
