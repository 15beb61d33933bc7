import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startRedis } from '../../../src/embedded/index.js';
import { waitFor } from '../../support/wait-for.js';
import { startFleet } from './fleet.js';
import { fictionalNumbers, gapsOf, timesCalled } from './world.js';

const JITTER_MS = 10;

describe('pacing', () => {
  it('should keep callDelay between all placements of two workers, though Redis is away for 3 s', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'pacing-'));
    let redis = await startRedis({ dir, durable: true });
    const fleet = await startFleet({ workers: 2, redisUrl: redis.url });
    try {
      const { world } = fleet;
      const id = await world.campaign({ maxConcurrent: 20, callDelay: 100 }, fictionalNumbers(80));
      await world.start(id);
      await waitFor(async () => (await world.placed()) >= 20, { message: '20 placements' });
      await redis.stop();
      const stoppedAt = Date.now();
      await waitFor(() => Date.now() - stoppedAt >= 3000, { message: '3 s without Redis' });
      redis = await startRedis({ dir, durable: true });
      await world.until(id, 'completed', 40_000);
      const ledger = await world.ledger();
      expect(timesCalled(ledger).size).toBe(80);
      expect(ledger.placements).toHaveLength(80);
      expect(Math.min(...gapsOf(ledger))).toBeGreaterThanOrEqual(100 - JITTER_MS);
    } finally {
      await fleet.close();
      await redis.stop();
      await rm(dir, { recursive: true, force: true });
    }
  });

  it("should keep the account's calls per second over three campaigns at once", async () => {
    const fleet = await startFleet({ workers: 2, env: { CARRIER_CPS: '10' } });
    try {
      const { world } = fleet;
      const ids = await Promise.all(
        [0, 1, 2].map((n) =>
          world.campaign({ maxConcurrent: 20, callDelay: 0 }, fictionalNumbers(20, 20 * n)),
        ),
      );
      await Promise.all(ids.map((id) => world.start(id)));
      for (const id of ids) await world.until(id, 'completed');
      const at = (await world.ledger()).placements.map((p) => p.placedAt).toSorted((a, b) => a - b);
      const mostInASecond = Math.max(
        ...at.map((from) => at.filter((t) => t >= from && t < from + 1000).length),
      );
      expect(at).toHaveLength(60);
      expect(mostInASecond).toBeLessThanOrEqual(10 + 1);
      expect(mostInASecond).toBeGreaterThanOrEqual(8); // and it does not crawl
    } finally {
      await fleet.close();
    }
  });
});
