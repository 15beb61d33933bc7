import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSimulator, type Simulator } from '../../../src/simulator/index.js';
import { leadBodies } from '../../factories/lead.factory.js';
import { callersOf } from '../../support/app.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { spawnApp, type AppProcess } from '../../support/processes.js';
import { createTestRedis, type TestRedis } from '../../support/redis.js';
import { waitFor } from '../../support/wait-for.js';

const ACCOUNT = { accountSid: `AC${'7'.repeat(32)}`, authToken: 'a-token-of-the-kills' };
/** 20 of them: `KILLS=20 npx vitest run test/e2e/imports/kills.spec.ts`. */
const KILLS = Number(process.env.KILLS ?? 8);
const ROWS = 20_000;
const FILE = `phone,name\n${leadBodies(ROWS)
  .map(({ phoneNumber, name }) => `${phoneNumber},${name}\n`)
  .join('')}broken,row\n`;

interface Row {
  campaign: string;
  leads: number;
  counted: number;
  refused: number;
  imports: string[];
}

const LOOK = `
  SELECT c.name AS campaign,
         (SELECT count(*)::int FROM leads WHERE campaign_id = c.id) AS leads,
         (SELECT coalesce(sum(pending), 0)::int FROM campaign_counters WHERE campaign_id = c.id) AS counted,
         (SELECT count(*)::int FROM lead_import_refusals JOIN lead_imports i ON i.id = import_id
           WHERE i.campaign_id = c.id) AS refused,
         ARRAY(SELECT status FROM lead_imports WHERE campaign_id = c.id) AS imports
    FROM campaigns c`;

describe('imports in processes that are killed', () => {
  let database: TestDatabase;
  let redis: TestRedis;
  let simulator: Simulator;
  let sql: pg.Pool;
  let env: Record<string, string>;

  beforeAll(async () => {
    database = await createTestDatabase();
    redis = await createTestRedis();
    simulator = await startSimulator(ACCOUNT);
    sql = new pg.Pool({ connectionString: database.url, max: 2 });
    env = {
      DATABASE_URL: database.url,
      REDIS_URL: redis.url,
      TWILIO_ACCOUNT_SID: ACCOUNT.accountSid,
      TWILIO_AUTH_TOKEN: ACCOUNT.authToken,
      TWILIO_PHONE_NUMBERS: '+12025550100',
      TWILIO_API_URL: simulator.url,
      RATE_LIMIT_PER_MINUTE: '0',
      LOG_LEVEL: 'error',
    };
  });
  afterAll(async () => {
    await sql.end();
    await simulator.close();
    await redis.close();
    await database.drop();
  });

  /** Sends the file to a new campaign of that name; answers whether it was answered. */
  async function send(app: AppProcess, route: 'upload' | 'imports', name: string): Promise<boolean> {
    const url = `${app.url}/api/v1`;
    try {
      const { body } = await callersOf(url).post<{ data: { id: string } }>('/campaigns', { name });
      const form = new FormData();
      form.append('file', new Blob([FILE]), 'leads.csv');
      const answer = await fetch(`${url}/campaigns/${body.data.id}/leads/${route}`, {
        method: 'POST',
        body: form,
      });
      return answer.ok;
    } catch {
      return false;
    }
  }

  const look = async (): Promise<Row[]> => (await sql.query<Row>(LOOK)).rows;
  const isWhole = ({ imports }: Row) => imports.every((status) => status === 'completed');

  /** How long one of each takes here, from the first request to the last row. Milliseconds. */
  async function measure(): Promise<number> {
    const app = await spawnApp({ env });
    const started = performance.now();
    await Promise.all([send(app, 'upload', 'measured upload'), send(app, 'imports', 'measured import')]);
    await waitFor(async () => (await look()).every(isWhole), {
      timeoutMs: 60_000,
      message: 'the first imports',
    });
    const ms = performance.now() - started;
    await app.kill('SIGKILL');
    return ms;
  }

  it(
    `should leave all of a file or nothing after kill -9 at ${KILLS} instants, and finish what was queued`,
    { timeout: 600_000 },
    async () => {
      const span = await measure();
      const answered = new Set<string>();
      for (let kill = 0; kill < KILLS; kill += 1) {
        const app = await spawnApp({ env });
        const both = (['upload', 'imports'] as const).map(async (route) => {
          if (await send(app, route, `${route} ${kill}`)) answered.add(`${route} ${kill}`);
        });
        await sleep((span * (kill + Math.random())) / KILLS);
        await app.kill('SIGKILL');
        await Promise.all(both);
        for (const row of await look()) expect([row, [0, ROWS].includes(row.leads)]).toEqual([row, true]);
      }
      const last = await spawnApp({ env });
      await waitFor(async () => (await look()).every(isWhole), {
        timeoutMs: 240_000,
        intervalMs: 500,
        message: 'every queued import to be finished',
      });
      await last.kill();
      const rows = await look();
      for (const row of rows) {
        const isIn = row.imports.length > 0;
        const expected = { leads: isIn ? ROWS : 0, counted: isIn ? ROWS : 0, refused: isIn ? 1 : 0 };
        expect(row).toMatchObject(expected);
        if (answered.has(row.campaign)) expect([row.campaign, isIn]).toEqual([row.campaign, true]);
      }
      // Or the kills came where nothing was to be broken.
      expect(
        rows.filter((row) => row.campaign.startsWith('upload') && row.leads === 0).length,
      ).toBeGreaterThan(0);
      expect((await sql.query('SELECT 1 FROM lead_import_chunks')).rowCount).toBe(0);
      const tries = await sql.query<{ n: number }>('SELECT max(attempts) AS n FROM lead_imports');
      expect(tries.rows[0]!.n).toBeGreaterThan(1);
    },
  );
});
