import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { Batcher } from './batcher.js';

/** A piece of work that ends when it is told to. */
function heldWork() {
  const batches: { items: string[]; done: () => void }[] = [];
  const work = (items: string[]) =>
    new Promise<string[]>((resolve) => {
      batches.push({ items, done: () => resolve(items.map((item) => item.toUpperCase())) });
    });
  return { batches, work };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('Batcher', () => {
  it('should work on what comes in one turn, and on what comes meanwhile, together', async () => {
    const { batches, work } = heldWork();
    const batcher = new Batcher(work, { most: 10, lanes: 2 });
    const results = ['a', 'b'].map((item) => batcher.add(item));
    expect(batches).toEqual([]);
    await settle();
    expect(batches.map(({ items }) => items)).toEqual([['a', 'b']]);
    results.push(batcher.add('c'));
    await settle();
    for (const item of ['d', 'e']) {
      results.push(batcher.add(item));
      await settle();
    }
    expect(batches.map(({ items }) => items)).toEqual([['a', 'b'], ['c']]);
    batches[0]?.done();
    await settle();
    expect(batches.map(({ items }) => items)).toEqual([['a', 'b'], ['c'], ['d', 'e']]);
    for (const { done } of batches) done();
    expect(await Promise.all(results)).toEqual(['A', 'B', 'C', 'D', 'E']);
  });

  it('should keep to the size of a batch and to its lanes', async () => {
    const { batches, work } = heldWork();
    const batcher = new Batcher(work, { most: 2, lanes: 2 });
    const results = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((item) => batcher.add(item));
    await settle();
    expect(batches.map(({ items }) => items)).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ]);
    batches[0]?.done();
    await settle();
    expect(batches[2]?.items).toEqual(['e', 'f']);
    batches[1]?.done();
    await settle();
    for (const { done } of batches) done();
    expect(await Promise.all(results)).toHaveLength(7);
  });

  it('should never have two of one key under way, and keep their order', async () => {
    const { batches, work } = heldWork();
    const batcher = new Batcher(work, { most: 10, lanes: 3, keyOf: (item) => item.slice(0, 1) });
    const results = ['a1', 'a2', 'b1', 'a3'].map((item) => batcher.add(item));
    await settle();
    expect(batches.map(({ items }) => items)).toEqual([['a1', 'b1']]);
    for (let i = 0; i < 3; i += 1) {
      batches[i]?.done();
      await settle();
    }
    expect(batches.map(({ items }) => items)).toEqual([['a1', 'b1'], ['a2'], ['a3']]);
    expect(await Promise.all(results)).toEqual(['A1', 'A2', 'B1', 'A3']);
  });

  it('should let one with patience wait for the first that has none, and no longer than that', async () => {
    vi.useFakeTimers();
    try {
      const { batches, work } = heldWork();
      const patienceOf = (item: string) => (item.startsWith('p') ? 20 : 0);
      const batcher = new Batcher(work, { most: 10, lanes: 1, patienceOf });
      const results = ['p1', 'p2'].map((item) => batcher.add(item));
      await vi.advanceTimersByTimeAsync(15);
      expect(batches).toEqual([]);
      results.push(batcher.add('a'));
      await vi.advanceTimersByTimeAsync(0);
      expect(batches.map(({ items }) => items)).toEqual([['p1', 'p2', 'a']]);
      batches[0]?.done();
      expect(await Promise.all(results)).toEqual(['P1', 'P2', 'A']);

      const alone = batcher.add('p3');
      await vi.advanceTimersByTimeAsync(19);
      expect(batches).toHaveLength(1);
      await vi.advanceTimersByTimeAsync(2);
      expect(batches[1]?.items).toEqual(['p3']);
      batches[1]?.done();
      expect(await alone).toBe('P3');
    } finally {
      vi.useRealTimers();
    }
  });

  it('should let one that cannot be done take no other with it', async () => {
    const tried: string[][] = [];
    const work = async (items: string[]) => {
      tried.push(items);
      await settle();
      if (items.includes('bad')) throw new Error('cannot be done');
      return items;
    };
    const batcher = new Batcher(work, { most: 3, lanes: 1 });
    const results = ['good', 'bad', 'fine', 'next'].map((item) => batcher.add(item));
    const told = await Promise.allSettled(results);
    expect(told.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    expect(tried).toEqual([['good', 'bad', 'fine'], ['good'], ['bad'], ['fine'], ['next']]);
    expect(await batcher.add('later')).toBe('later');
  });

  it('should do each item once, whatever comes when', async () => {
    const plan = fc.record({
      items: fc.array(fc.tuple(fc.nat(3), fc.nat(2)), { maxLength: 40 }),
      most: fc.integer({ min: 1, max: 5 }),
      lanes: fc.integer({ min: 1, max: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(plan, async ({ items, most, lanes }) => {
        const done: string[] = [];
        const work = async (batch: string[]) => {
          await settle();
          done.push(...batch);
          return batch;
        };
        const batcher = new Batcher(work, { most, lanes, keyOf: (item) => item.slice(0, 1) });
        const names = items.map(([key], i) => `${key}-${i}`);
        expect(await Promise.all(names.map((name) => batcher.add(name)))).toEqual(names);
        expect(done.toSorted()).toEqual(names.toSorted());
        for (const key of ['0', '1', '2', '3']) {
          const ofKey = (list: string[]) => list.filter((name) => name.startsWith(key));
          expect(ofKey(done)).toEqual(ofKey(names));
        }
      }),
    );
  });
});
