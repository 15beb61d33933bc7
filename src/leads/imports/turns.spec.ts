import { describe, expect, it } from 'vitest';
import { Turns } from './turns.js';

describe('Turns', () => {
  it('should let so many run at once, the others in the order they came, also after failures', async () => {
    const turns = new Turns(2);
    const log: string[] = [];
    let running = 0;
    let most = 0;
    const work = (name: string) =>
      turns.take(async () => {
        running += 1;
        most = Math.max(most, running);
        log.push(name);
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
        if (name === 'b') throw new Error('b fails');
      });
    const results = await Promise.allSettled(['a', 'b', 'c', 'd', 'e'].map(work));
    expect(log).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(most).toBe(2);
    expect(results.map((result) => result.status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
      'fulfilled',
    ]);
    await work('f');
    expect(log.at(-1)).toBe('f');
  });
});
