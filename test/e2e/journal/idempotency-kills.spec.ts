import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startSimulator, type Simulator } from '../../../src/simulator/index.js';
import { callersOf, type Answer } from '../../support/app.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { spawnApp, type AppProcess } from '../../support/processes.js';
import { createTestRedis, type TestRedis } from '../../support/redis.js';
import { waitFor } from '../../support/wait-for.js';

interface Body {
  data: { id: string };
  code?: string;
  details?: string;
}

const ACCOUNT = { accountSid: `AC${'6'.repeat(32)}`, authToken: 'a-token-of-the-kills' };

describe('a request with an Idempotency-Key whose process is killed', () => {
  let database: TestDatabase;
  let redis: TestRedis;
  let simulator: Simulator;
  let sql: pg.Pool;
  let survivor: AppProcess;
  let victim: AppProcess | undefined;

  const spawn = (env: Record<string, string>) =>
    spawnApp({
      role: 'api',
      env: {
        ...{ DATABASE_URL: database.url, REDIS_URL: redis.url, TWILIO_API_URL: simulator.url },
        ...{ TWILIO_ACCOUNT_SID: ACCOUNT.accountSid, TWILIO_AUTH_TOKEN: ACCOUNT.authToken },
        ...{ TWILIO_PHONE_NUMBERS: '+12025550100', IDEMPOTENCY_LEASE_MS: '1500', LOG_LEVEL: 'error' },
        ...env,
      },
    });

  beforeAll(async () => {
    [database, redis, simulator] = await Promise.all([
      createTestDatabase(),
      createTestRedis(),
      startSimulator(ACCOUNT),
    ]);
    sql = new pg.Pool({ connectionString: database.url, max: 2 });
    survivor = await spawn({});
  });
  afterEach(() => victim?.kill('SIGKILL'));
  afterAll(async () => {
    await survivor.kill();
    await sql.end();
    await simulator.close();
    await redis.close();
    await database.drop();
  });

  const create = (app: AppProcess, name: string, key: string): Promise<Answer<Body>> =>
    callersOf(`${app.url}/api/v1`).post<Body>('/campaigns', { name }, { 'Idempotency-Key': key });

  async function idsOf(name: string): Promise<string[]> {
    const { rows } = await sql.query<{ id: string }>('SELECT id FROM campaigns WHERE name = $1', [name]);
    return rows.map(({ id }) => id);
  }

  /** Sends it to a process that dies there. */
  async function dieAt(point: string, name: string, key: string): Promise<void> {
    victim = await spawn({ FAULT_POINT: `${point}:1` });
    await expect(create(victim, name, key)).rejects.toThrow('fetch failed');
  }

  it('should be done when it comes again, if nothing was', async () => {
    const [name, key] = ['Before', randomUUID()];
    await dieAt('idempotency.claimed', name, key);
    expect(await idsOf(name)).toEqual([]);
    const answer = await waitFor(
      async () => {
        const again = await create(survivor, name, key);
        if (again.status === 409) expect(again.body.code).toBe('IDEMPOTENCY_KEY_IN_FLIGHT');
        return again.status === 409 ? undefined : again;
      },
      { intervalMs: 100 },
    );
    expect(answer.status).toBe(201);
    expect(await idsOf(name)).toEqual([answer.body.data.id]);
  });

  it('should not be done again, if it was, and be told what was done', async () => {
    const [name, key] = ['After', randomUUID()];
    await dieAt('idempotency.done', name, key);
    const [id] = await idsOf(name);
    expect(id).toBeDefined();
    const answer = await waitFor(
      async () => {
        const again = await create(survivor, name, key);
        expect(again.status).toBe(409);
        return again.body.code === 'IDEMPOTENCY_KEY_IN_FLIGHT' ? undefined : again;
      },
      { intervalMs: 100 },
    );
    expect(answer.body.code).toBe('IDEMPOTENT_ANSWER_LOST');
    expect(answer.body.details).toContain(`campaign.created ${id}`);
    expect(await idsOf(name)).toEqual([id]);
  });
});
