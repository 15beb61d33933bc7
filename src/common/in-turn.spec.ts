import { describe, expect, it } from 'vitest';
import { InTurn } from './in-turn.js';

describe('InTurn', () => {
  it('should let so many work at once, the others in their order, whatever becomes of them', async () => {
    const turns = new InTurn(2);
    const ends: (() => void)[] = [];
    const begun: number[] = [];
    const work = (n: number): Promise<number> =>
      turns.run(async () => {
        begun.push(n);
        await new Promise<void>((resolve) => ends.push(resolve));
        if (n % 2 === 1) throw new Error(`${n} fails`);
        return n;
      });
    const all = Promise.allSettled([0, 1, 2, 3, 4].map(work));
    expect([begun, turns.length]).toEqual([[0, 1], 3]);
    for (let n = 0; n < 5; n += 1) {
      while (ends.length <= n) await Promise.resolve();
      expect(begun.length - n).toBeLessThanOrEqual(2);
      ends[n]?.();
    }
    const outcomes = (await all).map(({ status }) => status);
    expect(outcomes).toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected', 'fulfilled']);
    expect(begun).toEqual([0, 1, 2, 3, 4]);
    await expect(turns.run(() => Promise.resolve('free again'))).resolves.toBe('free again');
  });
});
