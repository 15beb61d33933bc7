import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '../../support/wait-for.js';
import { startFleet, type Fleet } from './fleet.js';
import { fictionalNumbers, type Ledger } from './world.js';

const SLOTS = 10;
/** Leads of each campaign, by its weight: more than ten slots can call in the time looked at. */
const LEADS_A_WEIGHT = 70;

/** A time in which one of the campaigns had a slot. Epoch ms. */
interface Stay {
  from: number;
  to: number;
}

interface Run {
  weight: number;
  id: string;
  numbers: string[];
}

const MARGIN = 0.05;

/** Slots as the carrier saw them: from the placement to the end. */
function staysAtCarrier(ledger: Ledger, { numbers }: Run): Stay[] {
  const own = new Set(numbers);
  return ledger.placements
    .filter(({ to }) => own.has(to))
    .map(({ placedAt, endedAt }) => ({ from: placedAt, to: endedAt ?? Infinity }))
    .toSorted((a, b) => a.from - b.from);
}

/** The time in which all of them had leads: from the first call of the last to begin, to the last call of the first to end. */
function contested(stays: Stay[][]): Stay {
  return {
    from: Math.max(...stays.map((own) => own[0]!.from)),
    to: Math.min(...stays.map((own) => own.at(-1)!.from)),
  };
}

function slotTime(stays: Stay[], { from, to }: Stay): number {
  return stays.reduce((sum, stay) => sum + Math.max(0, Math.min(stay.to, to) - Math.max(stay.from, from)), 0);
}

/** The longest that there was no stay at all, in ms. */
function longestWithout(stays: Stay[], { from, to }: Stay): number {
  let until = from;
  let longest = 0;
  for (const stay of stays.filter((each) => each.from <= to)) {
    longest = Math.max(longest, stay.from - until);
    until = Math.max(until, stay.to);
  }
  return longest;
}

/** By how much each share is off what its weight promises, as a part of that: 0.05 is 5 %. */
function errorsOf(runs: Run[], stays: Stay[][], time: Stay): number[] {
  const weights = runs.reduce((sum, { weight }) => sum + weight, 0);
  const used = stays.map((own) => slotTime(own, time));
  const all = used.reduce((sum, each) => sum + each, 0);
  return runs.map(({ weight }, i) => Math.abs((used[i]! / all) * (weights / weight) - 1));
}

describe('the slots of the account, over two workers', () => {
  let fleet: Fleet;
  let sql: pg.Pool;

  beforeAll(async () => {
    fleet = await startFleet({ workers: 2, isPaced: false, env: { CARRIER_MAX_CONCURRENT: String(SLOTS) } });
    sql = new pg.Pool({ connectionString: fleet.databaseUrl, max: 2 });
  });
  afterAll(async () => {
    await sql.end();
    await fleet.close();
  });

  async function runAll(weights: number[], offset: number): Promise<Run[]> {
    const { world } = fleet;
    const runs = await Promise.all(
      weights.map(async (weight, i): Promise<Run> => {
        const numbers = fictionalNumbers(LEADS_A_WEIGHT * weight, offset + 300 * i);
        const id = await world.campaign({ weight, maxConcurrent: 50, callDelay: 0 }, numbers);
        return { weight, id, numbers };
      }),
    );
    await Promise.all(runs.map(({ id }) => world.start(id)));
    return runs;
  }

  it('should be shared by weight within 5 % by three campaigns, and starve none', async () => {
    const { world } = fleet;
    await world.carrier({ talkMs: 400 });
    const runs = await runAll([1, 2, 3], 0);
    for (const { id } of runs) await world.until(id, 'completed', 90_000);
    const ledger = await world.ledger();
    const stays = runs.map((run) => staysAtCarrier(ledger, run));
    const time = contested(stays);
    expect(time.to - time.from).toBeGreaterThan(5000);
    expect(Math.max(...errorsOf(runs, stays, time))).toBeLessThan(MARGIN);
    for (const own of stays) expect(longestWithout(own, time)).toBeLessThan(2000);
    expect(ledger.maxOpen).toBe(SLOTS);
  });

  it('should be shared as slots, not as calls, where one has the longer calls', async () => {
    const { world } = fleet;
    const talky = fictionalNumbers(LEADS_A_WEIGHT, 1000);
    const script = { outcome: 'answered', ringMs: 0, talkMs: 900 };
    await world.carrier({ talkMs: 300, numbers: Object.fromEntries(talky.map((to) => [to, script])) });
    const runs = await runAll([1, 2], 1000);
    for (const { id } of runs) await world.until(id, 'completed', 90_000);
    const stays = await Promise.all(runs.map((run) => staysOfCalls(run)));
    // Some 8 s, of which the first is the start. Were calls shared, it would be 80 %.
    expect(Math.max(...errorsOf(runs, stays, contested(stays)))).toBeLessThan(2 * MARGIN);
  });

  it('should go to whoever can use them', async () => {
    const { world } = fleet;
    await fetch(`${fleet.simulator.url}/ledger`, { method: 'DELETE' });
    await world.carrier({ talkMs: 500 });
    const few = await world.campaign(
      { weight: 100, maxConcurrent: 2, callDelay: 0 },
      fictionalNumbers(20, 2000),
    );
    const many = await world.campaign({ maxConcurrent: 50, callDelay: 0 }, fictionalNumbers(160, 2100));
    await Promise.all([few, many].map((id) => world.start(id)));
    for (const id of [few, many]) await world.until(id, 'completed', 60_000);
    const [own, others] = await Promise.all([few, many].map((id) => staysOfCalls({ id })));
    const time = { from: Math.max(own![0]!.from, others![0]!.from), to: own!.at(-1)!.from };
    expect(slotTime(others!, time) / (time.to - time.from)).toBeGreaterThan(7);
    expect((await world.ledger()).maxOpen).toBe(SLOTS);
  });

  /** Slots as we gave them: from the claim to the end. */
  async function staysOfCalls({ id }: Pick<Run, 'id'>): Promise<Stay[]> {
    const { rows } = await sql.query<Stay>(
      `SELECT extract(epoch FROM e.at)::float8 * 1000 AS "from", extract(epoch FROM c.ended_at)::float8 * 1000 AS "to"
       FROM calls c JOIN call_events e ON e.call_id = c.id AND e.type = 'call.claimed'
       WHERE c.campaign_id = $1 ORDER BY e.at`,
      [id],
    );
    return rows;
  }
});

describe("the account's calls per second, over two workers", () => {
  it('should be shared by weight', async () => {
    const fleet = await startFleet({ workers: 2, env: { CARRIER_CPS: '10' } });
    try {
      const { world } = fleet;
      await world.carrier({ talkMs: 100 });
      const weights = [1, 3];
      const numbers = weights.map((weight, i) => fictionalNumbers(40 * weight, 1000 * i));
      const ids = await Promise.all(
        weights.map((weight, i) => world.campaign({ weight, maxConcurrent: 50, callDelay: 0 }, numbers[i]!)),
      );
      await Promise.all(ids.map((id) => world.start(id)));
      await waitFor(async () => (await world.placed()) >= 100, {
        timeoutMs: 40_000,
        message: '100 placements',
      });
      const ledger = await world.ledger();
      const [light, heavy] = numbers.map(
        (own) => ledger.placements.filter(({ to }) => own.includes(to)).length,
      );
      expect(heavy! / light!).toBeGreaterThan(2.5);
      expect(heavy! / light!).toBeLessThan(3.6);
      const at = ledger.placements.map((call) => call.placedAt).toSorted((a, b) => a - b);
      const rate = (1000 * (at.length - 1)) / (at.at(-1)! - at[0]!);
      expect(rate).toBeLessThan(10.5);
      expect(rate).toBeGreaterThan(8); // and it does not crawl
    } finally {
      await fleet.close();
    }
  });
});
