import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '../../support/wait-for.js';
import { startFleet, type Fleet } from './fleet.js';
import { fictionalNumbers } from './world.js';

const SETTINGS = { maxConcurrent: 20, callDelay: 0 };
/** A minute to any number, and the longest call: what is set aside for each is two minutes. */
const RATE = 0.05;
const LIMIT_S = 120;

interface Costs {
  kept: number;
  counted: number;
  open: number;
}

describe('limits of a campaign, over two workers', () => {
  let fleet: Fleet;
  let sql: pg.Pool;

  beforeAll(async () => {
    fleet = await startFleet({
      workers: 2,
      env: { CALL_RATES: JSON.stringify({ '1': RATE }), CALL_TIME_LIMIT_S: String(LIMIT_S) },
    });
    sql = new pg.Pool({ connectionString: fleet.databaseUrl, max: 2 });
  });
  afterAll(async () => {
    await sql.end();
    await fleet.close();
  });

  async function placedTo(numbers: string[]): Promise<number> {
    return (await fleet.world.ledger()).placements.filter(({ to }) => numbers.includes(to)).length;
  }

  /** Micros: as counted along the way, as recounted, and what open calls hold. */
  async function costsOf(id: string): Promise<Costs> {
    const { rows } = await sql.query<Costs>(
      `SELECT (SELECT sum(spend_micros)::float8 FROM campaign_counters WHERE campaign_id = $1) AS kept,
         COALESCE(sum(cost_micros) FILTER (WHERE ended_at IS NOT NULL), 0)::float8 AS counted,
         COALESCE(sum(cost_micros) FILTER (WHERE ended_at IS NULL), 0)::float8 AS open
       FROM calls WHERE campaign_id = $1`,
      [id],
    );
    return rows[0]!;
  }

  it('should place exactly maxCalls calls, pause with the reason, and go on once it is raised', async () => {
    const { world } = fleet;
    await world.carrier({ talkMs: 100 });
    const numbers = fictionalNumbers(80);
    const id = await world.campaign({ ...SETTINGS, maxCalls: 37 }, numbers);
    await world.start(id);
    await world.until(id, 'paused');
    expect(await placedTo(numbers)).toBe(37);
    expect((await world.get(id)).pausedReason).toMatchObject({ code: 'MAX_CALLS_REACHED' });
    await waitFor(async () => (await world.stats(id)).calling === 0, { message: 'open calls to end' });
    expect(await world.stats(id)).toMatchObject({ totalCalls: 37, pending: 43 });

    expect((await world.act(id, 'resume')).status).toBe(200);
    await world.until(id, 'paused');
    expect(await placedTo(numbers)).toBe(37);

    expect((await world.api.put(`/campaigns/${id}`, { maxCalls: null })).status).toBe(200);
    expect((await world.act(id, 'resume')).status).toBe(200);
    await world.until(id, 'completed');
    expect(await placedTo(numbers)).toBe(80);
  });

  it('should complete, not pause, when maxCalls is as many as there are leads', async () => {
    const { world } = fleet;
    const numbers = fictionalNumbers(30, 200);
    const id = await world.campaign({ ...SETTINGS, maxCalls: 30 }, numbers);
    await world.start(id);
    await world.until(id, 'completed');
    expect(await placedTo(numbers)).toBe(30);
  });

  it('should never spend more than maxSpend, pause when no further call fits, and count to the micro', async () => {
    const { world } = fleet;
    await world.carrier({ talkMs: 100 });
    const numbers = fictionalNumbers(60, 400);
    // Each call costs one minute and sets two aside: 0.05 and 0.10. After 19 calls 0.05 is left, and no call fits.
    const id = await world.campaign({ ...SETTINGS, maxSpend: 1 }, numbers);
    await world.start(id);
    let most = 0;
    await waitFor(
      async () => {
        const { counted, open } = await costsOf(id);
        most = Math.max(most, counted + open);
        return world.isIn(id, 'paused');
      },
      { timeoutMs: 30_000, message: 'the campaign to pause' },
    );
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(1_000_000);
    expect(await placedTo(numbers)).toBe(19);
    const { maxSpend, estimatedSpend, pausedReason } = await world.get(id);
    expect({ maxSpend, estimatedSpend }).toEqual({ maxSpend: 1, estimatedSpend: 0.95 });
    expect(pausedReason).toMatchObject({ code: 'MAX_SPEND_REACHED' });
    expect(await costsOf(id)).toEqual({ kept: 950_000, counted: 950_000, open: 0 });
    expect(await world.stats(id)).toMatchObject({ estimatedSpend: 0.95, pending: 41 });

    await world.api.put(`/campaigns/${id}`, { maxSpend: 1.2 });
    await world.act(id, 'resume');
    await world.until(id, 'paused');
    expect(await placedTo(numbers)).toBe(23);
  });

  it('should cost nothing where nobody answered, and minutes begun where somebody did', async () => {
    const { world } = fleet;
    const [busy, short, long] = fictionalNumbers(3, 600);
    await world.carrier({
      speed: 100,
      numbers: {
        [busy!]: { outcome: 'busy', ringMs: 0 },
        [short!]: { outcome: 'answered', ringMs: 0, talkMs: 59_000 },
        [long!]: { outcome: 'answered', ringMs: 0, talkMs: 61_000 },
      },
    });
    const id = await world.campaign(SETTINGS, [busy!, short!, long!]);
    await world.start(id);
    await world.until(id, 'completed');
    const { rows } = await sql.query<{ to: string; cost: number }>(
      `SELECT phone_number AS "to", cost_micros::float8 AS cost FROM calls WHERE campaign_id = $1 ORDER BY cost_micros`,
      [id],
    );
    expect(rows.map(({ to, cost }) => [to, cost])).toEqual([
      [busy, 0],
      [short, 50_000],
      [long, 100_000],
    ]);
    expect(await costsOf(id)).toEqual({ kept: 150_000, counted: 150_000, open: 0 });
  });
});
