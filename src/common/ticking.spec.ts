import { describe, expect, it } from 'vitest';
import { Ticking } from './ticking.js';

describe('Ticking', () => {
  /** Work that ends when it is told to. */
  function held() {
    const ends: (() => void)[] = [];
    const work = () => new Promise<void>((resolve) => ends.push(resolve));
    return { ends, ticking: new Ticking(work, () => undefined) };
  }

  it('should never work twice at once, and again once it is done', async () => {
    const { ends, ticking } = held();
    const first = ticking.tick();
    await ticking.tick();
    expect(ends).toHaveLength(1);
    ends[0]?.();
    await first;
    void ticking.tick();
    expect(ends).toHaveLength(2);
  });

  it('should tell of a failure and tick on', async () => {
    const heard: unknown[] = [];
    let ticks = 0;
    const work = () => Promise.reject(new Error(`tick ${(ticks += 1)}`));
    const ticking = new Ticking(work, (error) => heard.push(String(error)));
    await ticking.tick();
    await ticking.tick();
    expect(heard).toEqual(['Error: tick 1', 'Error: tick 2']);
  });

  it('should stop once what is under way is done, and work no more', async () => {
    const { ends, ticking } = held();
    void ticking.tick();
    let isStopped = false;
    const stopped = ticking.stop().then(() => (isStopped = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect(isStopped).toBe(false);
    ends[0]?.();
    await stopped;
    await ticking.tick();
    expect(ends).toHaveLength(1);
  });
});
