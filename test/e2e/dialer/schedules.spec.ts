import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../support/app.js';
import { waitFor } from '../../support/wait-for.js';
import { startFleet } from './fleet.js';
import { DialerWorld, fictionalNumbers, timesCalled } from './world.js';

interface Run {
  number: number;
  status: string;
  reason: { code: string } | null;
  leadsReopened: number;
  totalCalls: number;
  failedCalls: number;
}

const FAST = { callDelay: 0, maxConcurrent: 10 };
/** Due next at New Year: within a test it is due only when the test says so. */
const YEARLY = { cron: '0 0 1 1 *', timezone: 'UTC' };

/** The truth is the carrier's ledger. */
describe('schedules that dial', () => {
  let app: TestApp;
  let world: DialerWorld;
  let sql: pg.Pool;

  beforeAll(async () => {
    app = await startTestApp({ SIMULATOR_SPEED: '100' });
    world = new DialerWorld(app.url, app.simulator.url);
    sql = new pg.Pool({ connectionString: app.database.url, max: 2 });
  });
  afterAll(async () => {
    await sql.end();
    await app.close();
  });
  beforeEach(() => fetch(`${app.simulator.url}/ledger`, { method: 'DELETE' }));

  const due = (id: string) => sql.query('UPDATE campaigns SET next_run_at = now() WHERE id = $1', [id]);

  async function runsOf(id: string): Promise<Run[]> {
    return (await app.get<{ data: Run[] }>(`/campaigns/${id}/runs`)).body.data;
  }

  async function untilRun(id: string, number: number, status: string): Promise<void> {
    await waitFor(async () => (await runsOf(id)).find((run) => run.number === number)?.status === status, {
      timeoutMs: 30_000,
      message: `run ${number} ${status}`,
    });
  }

  async function calledOf(numbers: string[]): Promise<number[]> {
    const times = timesCalled(await world.ledger());
    return numbers.map((number) => times.get(number) ?? 0);
  }

  it('should call those who failed again in the next run, and nobody else', async () => {
    const [busy, reached] = [fictionalNumbers(3, 2000), fictionalNumbers(2, 2003)];
    const id = await world.campaign({ ...FAST, recurrence: { ...YEARLY, reopen: 'failed' } }, busy);
    const { nextRunAt } = await world.get(id);
    await world.carrier({ odds: { busy: 1 } });
    await due(id);
    await untilRun(id, 1, 'completed');
    await world.carrier({ odds: { answered: 1 } });
    await world.api.post(`/campaigns/${id}/leads/bulk`, {
      leads: reached.map((phoneNumber) => ({ phoneNumber })),
    });
    await due(id);
    await untilRun(id, 2, 'completed');
    await due(id);
    await untilRun(id, 3, 'not_started');
    expect(await calledOf([...busy, ...reached])).toEqual([2, 2, 2, 1, 1]);
    expect(await runsOf(id)).toMatchObject([
      { number: 3, status: 'not_started', reason: { code: 'NO_PENDING_LEADS' }, totalCalls: 0 },
      { number: 2, status: 'completed', leadsReopened: 3, totalCalls: 5, failedCalls: 0 },
      { number: 1, status: 'completed', leadsReopened: 0, totalCalls: 3, failedCalls: 3 },
    ]);
    expect(await world.stats(id)).toMatchObject({ completed: 5, failed: 0, pending: 0, totalCalls: 8 });
    expect(await world.get(id)).toMatchObject({ status: 'completed', nextRunAt });
  });

  it('should place no call from endAt on, and keep the leads it did not come to', async () => {
    const numbers = fictionalNumbers(100, 2100);
    const endAt = new Date(Date.now() + 4000).toISOString();
    const id = await world.campaign({ maxConcurrent: 20, callDelay: 60, endAt }, numbers);
    await world.start(id);
    await world.until(id, 'stopped');
    expect(await world.get(id)).toMatchObject({ stoppedReason: { code: 'END_AT' }, pausedReason: null });
    await waitFor(async () => (await world.stats(id)).calling === 0, { message: 'the last calls' });
    const { placements } = await world.ledger();
    const placed = placements.filter(({ to }) => numbers.includes(to));
    expect(placed.length).toBeGreaterThan(5);
    expect(placed.length).toBeLessThan(100);
    const late = await sql.query(
      `SELECT c.dialed_at FROM calls c JOIN campaigns k ON k.id = c.campaign_id
       WHERE k.id = $1 AND c.dialed_at > k.end_at + interval '5 ms'`,
      [id],
    );
    expect(late.rows).toEqual([]);
    expect(await world.stats(id)).toMatchObject({ pending: 100 - placed.length, totalCalls: placed.length });
    const { rows } = await sql.query(
      `SELECT sum(attempts)::int AS attempts, count(*) FILTER (WHERE status = 'pending' AND attempts > 0)::int AS used
       FROM leads WHERE campaign_id = $1`,
      [id],
    );
    expect(rows).toEqual([{ attempts: placed.length, used: 0 }]);
    expect((await world.act(id, 'start')).body).toMatchObject({ code: 'END_AT_PASSED' });
  });
});

describe('a fleet', () => {
  it('should start once what was due while it was down, and call each lead once', async () => {
    const fleet = await startFleet({ workers: 0 });
    const sql = new pg.Pool({ connectionString: fleet.databaseUrl, max: 1 });
    try {
      const { world } = fleet;
      const numbers = fictionalNumbers(30, 2300);
      const part = (n: number) => numbers.slice(n * 10, n * 10 + 10);
      const once = await world.campaign({ ...FAST, scheduledAt: new Date(Date.now() + 5000) }, part(0));
      const recurring = await world.campaign({ ...FAST, recurrence: YEARLY }, part(1));
      const tooLate = await world.campaign({ ...FAST, recurrence: { ...YEARLY, runMinutes: 30 } }, part(2));
      await sql.query(
        `UPDATE campaigns SET next_run_at = now() - interval '1 hour' WHERE next_run_at IS NOT NULL`,
      );
      await sql.query(`UPDATE campaigns SET scheduled_at = now() - interval '1 hour' WHERE id = $1`, [once]);
      await Promise.all([fleet.addWorker(), fleet.addWorker(), fleet.addWorker()]);
      for (const id of [once, recurring]) await world.until(id, 'completed');
      const runs = await sql.query<{ id: string; status: string; code: string | null }>(
        `SELECT campaign_id AS id, status, reason ->> 'code' AS code FROM campaign_runs`,
      );
      expect(runs.rows.toSorted((a, b) => a.id.localeCompare(b.id))).toEqual([
        { id: once, status: 'completed', code: null },
        { id: recurring, status: 'completed', code: null },
        { id: tooLate, status: 'missed', code: 'LATE_RUN_TIME_UP' },
      ]);
      const times = timesCalled(await world.ledger());
      expect(numbers.map((number) => times.get(number) ?? 0)).toEqual(
        numbers.map((_, i) => (i < 20 ? 1 : 0)),
      );
    } finally {
      await sql.end();
      await fleet.close();
    }
  });

  it('should start each campaign once over ten processes that all look for it', async () => {
    const fleet = await startFleet({ workers: 3 });
    const sql = new pg.Pool({ connectionString: fleet.databaseUrl, max: 1 });
    try {
      for (let more = 0; more < 2; more += 1)
        await Promise.all(Array.from({ length: 3 }, () => fleet.addWorker()));
      const { world } = fleet;
      const numbers = fictionalNumbers(20, 2400);
      const ids: string[] = [];
      for (let n = 0; n < 10; n += 1) {
        const scheduledAt = new Date(Date.now() + 60_000);
        ids.push(await world.campaign({ ...FAST, scheduledAt }, numbers.slice(n * 2, n * 2 + 2)));
      }
      await sql.query('UPDATE campaigns SET scheduled_at = now()');
      for (const id of ids) await world.until(id, 'completed');
      const { rows } = await sql.query<{ id: string; runs: number }>(
        'SELECT campaign_id AS id, count(*)::int AS runs FROM campaign_runs GROUP BY 1 ORDER BY 1',
      );
      expect(rows).toEqual(ids.toSorted().map((id) => ({ id, runs: 1 })));
      const times = timesCalled(await world.ledger());
      expect(numbers.map((number) => times.get(number) ?? 0)).toEqual(numbers.map(() => 1));
    } finally {
      await sql.end();
      await fleet.close();
    }
  }, 120_000);
});
