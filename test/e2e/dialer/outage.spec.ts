import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { describe, expect, it } from 'vitest';
import { startPostgres } from '../../../src/embedded/index.js';
import { waitFor } from '../../support/wait-for.js';
import { startFleet } from './fleet.js';
import { fictionalNumbers, timesCalled } from './world.js';

const SETTINGS = { maxConcurrent: 10, callDelay: 0 };
const IMPATIENT = {
  SILENT_CALL_AFTER_MS: '1000',
  RECONCILE_INTERVAL_MS: '300',
  CARRIER_REQUEST_TIMEOUT_MS: '1000',
};

async function statusesOf(databaseUrl: string): Promise<string[]> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ status: string }>(
    'SELECT DISTINCT status FROM calls ORDER BY status',
  );
  await client.end();
  return rows.map((row) => row.status);
}

describe('a stop and an outage in mid-campaign', () => {
  it('should finish what is in flight at SIGTERM and leave nothing to heal', async () => {
    const fleet = await startFleet({ workers: 2 });
    try {
      const { world } = fleet;
      const numbers = fictionalNumbers(80);
      const id = await world.campaign(SETTINGS, numbers);
      await world.start(id);
      await waitFor(async () => (await world.placed()) >= 30, { message: '30 placements' });
      await Promise.all(fleet.workers.map((worker) => worker.kill('SIGTERM')));
      const left = await statusesOf(fleet.databaseUrl);
      expect(left).not.toContain('dialing');
      expect(left).not.toContain('unknown');
      await waitFor(async () => (await world.ledger()).open === 0, { message: 'calls in progress to end' });
      expect(await world.placed()).toBeLessThan(80);

      await fleet.addWorker();
      await world.until(id, 'completed');
      expect([...timesCalled(await world.ledger()).values()]).toEqual(numbers.map(() => 1));
    } finally {
      await fleet.close();
    }
  });

  it('should say 503 while Postgres is away, and go on by itself when it is back', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'outage-'));
    let postgres = await startPostgres({ dir, durable: true });
    const fleet = await startFleet({ workers: 1, databaseUrl: postgres.url, env: IMPATIENT });
    try {
      const { world } = fleet;
      const numbers = fictionalNumbers(80);
      const id = await world.campaign(SETTINGS, numbers);
      await world.start(id);
      await waitFor(async () => (await world.placed()) >= 30, { message: '30 placements' });
      await postgres.stop();
      const answer = await world.api.get(`/campaigns/${id}`);
      expect(answer).toMatchObject({ status: 503, body: { success: false, code: 'UNAVAILABLE' } });
      expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
      expect((await fetch(`${fleet.api.url}/health`)).status).toBe(200);

      postgres = await startPostgres({ dir, durable: true });
      const backAt = Date.now();
      const before = await world.placed();
      await waitFor(async () => (await world.placed()) > before, { message: 'dialing to resume' });
      expect(Date.now() - backAt).toBeLessThan(10_000);
      await world.until(id, 'completed', 40_000);
      expect([...timesCalled(await world.ledger()).values()]).toEqual(numbers.map(() => 1));
      expect(await world.stats(id)).toMatchObject({ completed: 80, pending: 0, calling: 0, failed: 0 });
    } finally {
      await fleet.close();
      await postgres.stop();
      await rm(dir, { recursive: true, force: true });
    }
  });
});
