import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { callersOf, startTestApp, type Answer, type TestApp } from '../../support/app.js';
import { spawnApp, type AppProcess } from '../../support/processes.js';
import { waitFor } from '../../support/wait-for.js';

/** Short enough to wait for, long enough to be seen held. */
const LEASE_MS = '1500';

interface Body {
  data: { id: string };
  code?: string;
  details?: string;
}

describe('a request with an Idempotency-Key whose process is killed', () => {
  let survivor: TestApp;
  let sql: pg.Pool;
  let victim: AppProcess | undefined;

  beforeAll(async () => {
    survivor = await startTestApp({ ROLE: 'api', IDEMPOTENCY_LEASE_MS: LEASE_MS });
    sql = new pg.Pool({ connectionString: survivor.database.url, max: 2 });
  });
  afterEach(() => victim?.kill('SIGKILL'));
  afterAll(async () => {
    await sql.end();
    await survivor.close();
  });

  const create = (app: { url: string }, name: string, key: string): Promise<Answer<Body>> =>
    callersOf(`${app.url}/api/v1`).post<Body>('/campaigns', { name }, { 'Idempotency-Key': key });

  async function idsOf(name: string): Promise<string[]> {
    const { rows } = await sql.query<{ id: string }>('SELECT id FROM campaigns WHERE name = $1', [name]);
    return rows.map(({ id }) => id);
  }

  /** Sends it to a process that dies there. */
  async function dieAt(point: string, name: string, key: string): Promise<void> {
    const { config } = survivor;
    victim = await spawnApp({
      role: 'api',
      env: {
        DATABASE_URL: survivor.database.url,
        REDIS_URL: survivor.redis.url,
        TWILIO_ACCOUNT_SID: config.TWILIO_ACCOUNT_SID!,
        TWILIO_AUTH_TOKEN: config.TWILIO_AUTH_TOKEN!,
        TWILIO_PHONE_NUMBERS: config.TWILIO_PHONE_NUMBERS.join(','),
        TWILIO_API_URL: survivor.simulator.url,
        IDEMPOTENCY_LEASE_MS: LEASE_MS,
        FAULT_POINT: `${point}:1`,
        LOG_LEVEL: 'error',
      },
    });
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
