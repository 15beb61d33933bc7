import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fairShares, settleAccounts, shareOut, type Account, type Contender } from './shares.js';

function contender(id: string, over: Partial<Contender> = {}): Contender {
  return { id, weight: 1, open: 0, demand: 100, credit: 0, ...over };
}

const anyContenders = fc.uniqueArray(
  fc.record({
    id: fc.uuid(),
    weight: fc.integer({ min: 1, max: 100 }),
    open: fc.integer({ min: 0, max: 20 }),
    demand: fc.integer({ min: 0, max: 40 }),
    credit: fc.integer({ min: -1_000_000, max: 1_000_000 }),
  }),
  { selector: ({ id }) => id, minLength: 1, maxLength: 8 },
);
const anyCap = fc.integer({ min: 1, max: 100 });
const sum = (numbers: Iterable<number>) => [...numbers].reduce((all, n) => all + n, 0);

describe('fairShares', () => {
  it('should share by weight among those who want more than that', () => {
    const shares = fairShares(
      12,
      [1, 2, 3].map((weight) => contender(String(weight), { weight })),
    );
    expect([...shares.values()]).toEqual([2, 4, 6]);
  });

  it('should pass on what one cannot use, by weight', () => {
    const shares = fairShares(12, [
      contender('a', { demand: 1 }),
      contender('b', { weight: 2 }),
      contender('c', { weight: 9 }),
    ]);
    expect(shares).toEqual(
      new Map([
        ['a', 1],
        ['b', 2],
        ['c', 9],
      ]),
    );
  });

  it('should give out all there is, or all that is wanted', () => {
    fc.assert(
      fc.property(anyCap, anyContenders, (cap, contenders) => {
        const shares = fairShares(cap, contenders);
        const wanted = sum(contenders.map(({ demand }) => demand));
        expect(sum(shares.values())).toBeCloseTo(Math.min(cap, wanted), 6);
        for (const { id, demand } of contenders) expect(shares.get(id)).toBeLessThanOrEqual(demand + 1e-9);
      }),
    );
  });
});

describe('shareOut', () => {
  it('should round by weight from an empty account', () => {
    const shared = shareOut(
      10,
      [1, 2, 3].map((weight) => contender(String(weight), { weight })),
    );
    expect(shared).toEqual(
      new Map([
        ['1', 2],
        ['2', 3],
        ['3', 5],
      ]),
    );
  });

  it('should give a freed slot to the one furthest below its share', () => {
    const holders = [contender('a', { open: 8 }), contender('b', { open: 1 }), contender('c', { open: 0 })];
    expect(shareOut(10, holders)).toEqual(new Map([['c', 1]]));
  });

  it('should let one take all while nobody else wants any', () => {
    const shared = shareOut(10, [contender('a', { open: 2 }), contender('b', { open: 1, demand: 1 })]);
    expect(shared).toEqual(new Map([['a', 7]]));
  });

  it('should let what was missed so far decide between equals', () => {
    const owed = shareOut(1, [contender('a', { credit: -400 }), contender('b', { credit: 400 })]);
    expect(owed).toEqual(new Map([['b', 1]]));
  });

  it('should neither exceed the cap nor a wish, and leave no slot empty that somebody wants', () => {
    fc.assert(
      fc.property(anyCap, anyContenders, (cap, contenders) => {
        const given = shareOut(cap, contenders);
        const free = Math.max(0, cap - sum(contenders.map(({ open }) => open)));
        const wishes = contenders.map(({ open, demand }) => Math.max(0, demand - open));
        expect(sum(given.values())).toBe(Math.min(free, sum(wishes)));
        contenders.forEach(({ id }, i) => expect(given.get(id) ?? 0).toBeLessThanOrEqual(wishes[i]!));
      }),
    );
  });
});

describe('settleAccounts', () => {
  it('should owe nothing while everybody has what it wants', () => {
    const accounts = [contender('a', { open: 3, demand: 3 }), contender('b', { open: 1, demand: 1 })];
    const settled = settleAccounts(
      accounts.map((each) => ({ ...each, held: each.open })),
      5000,
    );
    expect([...settled.values()]).toEqual([0, 0]);
  });

  it('should owe slot-milliseconds to the one that is rounded down', () => {
    const accounts: Account[] = [
      { ...contender('a', { open: 2 }), held: 2 },
      { ...contender('b', { open: 1 }), held: 1 },
    ];
    expect(settleAccounts(accounts, 1000)).toEqual(
      new Map([
        ['a', -500],
        ['b', 500],
      ]),
    );
  });

  it('should not hold against one that it had all slots before the others came', () => {
    const accounts: Account[] = [
      { ...contender('a', { open: 10 }), held: 10 },
      { ...contender('b', { open: 0 }), held: 0 },
    ];
    expect([...settleAccounts(accounts, 1000).values()]).toEqual([0, 0]);
  });

  it('should forget what it owes to one that is gone', () => {
    const gone = { ...contender('a', { demand: 0, credit: 9000 }), held: 0 };
    const there = { ...contender('b', { open: 2, credit: -9000 }), held: 2 };
    expect(settleAccounts([gone, there], 1000)).toEqual(
      new Map([
        ['a', 0],
        ['b', 0],
      ]),
    );
  });
});

interface Runner {
  id: string;
  weight: number;
  /** Least and most milliseconds of a call. */
  call: [number, number];
}

/** Plays an account of `cap` slots for `forMs`. @returns slot-ms by campaign, and the longest anybody held none */
function play(cap: number, runners: Runner[], forMs: number, random: () => number) {
  const calls: { id: string; endsAt: number }[] = [];
  const used = new Map(runners.map(({ id }) => [id, 0]));
  const lastSeen = new Map(runners.map(({ id }) => [id, 0]));
  let credits = new Map(runners.map(({ id }) => [id, 0]));
  let now = 0;
  let longestWithout = 0;
  const openOf = (id: string) => calls.filter((call) => call.id === id).length;
  while (now < forMs) {
    const contenders = runners.map(({ id, weight }) => ({
      ...{ id, weight, open: openOf(id), demand: 10 * cap },
      credit: credits.get(id) ?? 0,
    }));
    for (const [id, slots] of shareOut(cap, contenders)) {
      const [least, most] = runners.find((runner) => runner.id === id)!.call;
      for (let i = 0; i < slots; i += 1) calls.push({ id, endsAt: now + least + random() * (most - least) });
    }
    const next = Math.min(...calls.map(({ endsAt }) => endsAt));
    const accounts = contenders.map((each) => ({ ...each, held: openOf(each.id) }));
    for (const { id, held } of accounts) {
      used.set(id, used.get(id)! + held * (next - now));
      if (held > 0) lastSeen.set(id, next);
      longestWithout = Math.max(longestWithout, next - lastSeen.get(id)!);
    }
    credits = settleAccounts(accounts, next - now);
    now = next;
    for (let i = calls.length - 1; i >= 0; i -= 1) if (calls[i]!.endsAt <= now) calls.splice(i, 1);
  }
  return { used, longestWithout };
}

/** The same numbers for the same seed (a linear congruential generator, Numerical Recipes). */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('slots over time', () => {
  const anyRunners = fc.array(
    fc.record({
      weight: fc.integer({ min: 1, max: 10 }),
      least: fc.integer({ min: 50, max: 20_000 }),
      spread: fc.integer({ min: 0, max: 20_000 }),
    }),
    { minLength: 2, maxLength: 4 },
  );

  it('should be shared by weight within 5 %, whoever has the longer calls, and starve nobody', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), anyRunners, fc.nat(), (cap, list, seed) => {
        const runners = list.map(({ weight, least, spread }, i): Runner => {
          return { id: String(i), weight, call: [least, least + spread] };
        });
        const longest = Math.max(...runners.map(({ call }) => call[1]));
        const weights = sum(runners.map(({ weight }) => weight));
        const rarest = Math.min(...runners.map(({ weight }) => (cap * weight) / weights));
        // So long that even the lightest campaign can have had forty of the longest calls.
        const forMs = (longest * 40) / Math.min(1, rarest);
        const { used, longestWithout } = play(cap, runners, forMs, randomFrom(seed));
        const all = sum(used.values());
        for (const { id, weight } of runners) {
          expect(Math.abs(used.get(id)! / all / (weight / weights) - 1)).toBeLessThan(0.05);
        }
        // A slot comes round in the time of its share; twice that, and a call of everybody else.
        expect(longestWithout).toBeLessThan((2 * longest) / Math.min(1, rarest) + longest * runners.length);
      }),
      { numRuns: 30 },
    );
  });
});
