import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import pg from 'pg';
import { measureBlocked } from '../../bench/scenarios/blocked.js';
import { measureCallbacks, seriesFor } from '../../bench/scenarios/callbacks.js';
import { measureMemory } from '../../bench/scenarios/memory.js';
import { measurePreflight } from '../../bench/scenarios/preflight.js';
import { measureRefill } from '../../bench/scenarios/refill.js';
import { measureScale } from '../../bench/scenarios/scale.js';
import type { House } from '../../bench/support/house.js';
import { freePort } from '../../src/embedded/ports.js';
import { startSimulator, type Simulator } from '../../src/simulator/index.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { spawnApp, type AppProcess } from '../support/processes.js';
import { createTestRedis, type TestRedis } from '../support/redis.js';

const ACCOUNT = { accountSid: `AC${'8'.repeat(32)}`, authToken: 'a-token-of-the-bench' };
const signal = AbortSignal.timeout(120_000);

/** The scenarios of `npm run bench`, tiny: that they count and record rightly. How fast things are is not asked here. */
describe('bench scenarios', () => {
  let database: TestDatabase;
  let redis: TestRedis;
  let simulator: Simulator;
  let house: House;
  let sql: pg.Client;
  const apps: AppProcess[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
    redis = await createTestRedis();
    simulator = await startSimulator({ ...ACCOUNT, seed: 1 });
    const port = await freePort();
    const publicUrl = `http://127.0.0.1:${port}`;
    const env = {
      DATABASE_URL: database.url,
      REDIS_URL: redis.url,
      PUBLIC_URL: publicUrl,
      TWILIO_ACCOUNT_SID: ACCOUNT.accountSid,
      TWILIO_AUTH_TOKEN: ACCOUNT.authToken,
      TWILIO_PHONE_NUMBERS: '+12025550100',
      TWILIO_API_URL: simulator.url,
      CARRIER_CPS: '1000',
      RATE_LIMIT_PER_MINUTE: '0',
    };
    const api = await spawnApp({ role: 'api', env: { ...env, PORT: String(port) } });
    apps.push(api);
    const worker = await spawnApp({ role: 'worker', env });
    apps.push(worker);
    sql = new pg.Client({ connectionString: database.url });
    await sql.connect();
    house = {
      apiUrl: `${publicUrl}/api/v1`,
      publicUrl,
      carrier: { apiUrl: simulator.url, ...ACCOUNT },
      databaseUrl: database.url,
      redisUrl: redis.url,
      pids: { api: api.pid, workers: [worker.pid], services: process.pid },
    };
  });

  afterAll(async () => {
    await sql.end();
    await Promise.all(apps.map((app) => app.kill()));
    await simulator.close();
    await redis.close();
    await database.drop();
  });

  it('should fire signed callbacks that the API takes, and find every one of them recorded', async () => {
    const series = await seriesFor(sql, house, { calls: 20, perCampaign: 10, connections: 5 });
    const run = await measureCallbacks(sql, house, series, 5, signal);
    expect(run.gaps).toEqual([]);
    expect(run.answersMs).toHaveLength(80);
    expect(run.records).toMatchObject({ calls: 20, answered: 20, callbacks: 80, leadsCounted: 20 });
  });

  it('should say which callbacks the API refused', async () => {
    const stranger = { ...house, carrier: { ...house.carrier, authToken: 'of-somebody-else' } };
    const series = await seriesFor(sql, stranger, { calls: 1, perCampaign: 1, connections: 1 });
    const run = await measureCallbacks(sql, stranger, series, 1, signal);
    expect(run.gaps).toContain('4 answers were 403');
    expect(run.gaps).toContain('0 callbacks are written down, 4 expected');
    // Its call would hold its number for ever.
    await sql.query('DELETE FROM campaigns WHERE id = $1', [series[0]?.id]);
  });

  it('should find one refill for each placement beyond the slots', async () => {
    const run = await measureRefill(
      sql,
      house,
      { leads: 20, slots: 4, ringMs: [0, 200], talkMs: 20 },
      signal,
    );
    expect(run.gaps).toEqual([]);
    expect(run.stretches.whole).toHaveLength(16);
    expect(run.stretches.within).toHaveLength(16);
    expect(Math.min(...run.stretches.whole)).toBeGreaterThan(0);
    expect(run.stretches.told).toHaveLength(20);
    expect([...run.stretches.guarded, ...run.stretches.sent].filter(Number.isNaN)).toEqual([]);
  });

  it('should seed, start and watch a campaign, and leave the rest of its leads pending', async () => {
    const size = { leads: 500, calls: 40, warmCalls: 10, slots: 4, callMs: 20 };
    const run = await measureMemory(sql, house, size, signal);
    expect(run.samples.at(-1)?.calls).toBeGreaterThanOrEqual(40);
    expect(run.samples.every(({ redisMb }) => redisMb > 0)).toBe(true);
    for (const ms of [run.startMs, run.startFewMs, run.claimMs, run.claimFewMs])
      expect(ms).toBeGreaterThan(0);
    const { rows } = await sql.query<{ counted: number; pending: number }>(
      `SELECT (SELECT count(*)::int FROM leads l WHERE l.campaign_id = k.id AND l.status = 'pending') AS pending,
         (SELECT sum(pending)::int FROM campaign_counters c WHERE c.campaign_id = k.id) AS counted
       FROM campaigns k WHERE k.name = 'bench: memory' AND k.status = 'paused'`,
    );
    expect(rows).toHaveLength(1);
    expect(rows[0]?.counted).toBe(rows[0]?.pending);
  });

  it('should find the few leads that may be called behind those that may not', async () => {
    const run = await measureBlocked(sql, house, { leads: 300, idleMs: 500 }, signal);
    expect(run.gaps).toEqual([]);
    expect(run.plan.join()).toContain('ix_leads_ready');
    for (const value of [run.sweepS, run.claimMs, run.foundMs]) expect(value).toBeGreaterThan(0);
  });

  it('should time a preflight and what is read meanwhile, all leads judged', async () => {
    const size = { leads: 300, runs: 2, watch: '/nowhere' };
    const { runs, gaps, callsPerRun, floorS } = await measurePreflight(sql, house, size);
    expect(gaps).toEqual([]);
    expect(runs).toHaveLength(2);
    for (const value of [floorS, ...runs.flatMap(({ seconds, slowestReadMs }) => [seconds, slowestReadMs])])
      expect(value).toBeGreaterThan(0);
    expect(Math.abs(callsPerRun - 1)).toBeLessThan(0.2);
  });

  it('should record every call of several campaigns at once', async () => {
    const run = await measureScale(house, { campaigns: 2, leads: 10, slots: 5, callMs: 20 }, signal);
    expect(run.gaps).toEqual([]);
    expect(run.callsPerS).toBeGreaterThan(0);
    expect(run.floorPerS).toBeGreaterThan(0);
  });
});
