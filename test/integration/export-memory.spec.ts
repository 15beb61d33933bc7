import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { insertCampaign } from '../factories/campaign.factory.js';
import { createTestDatabase } from '../support/database.js';
import { spawnApp } from '../support/processes.js';
import { createTestRedis } from '../support/redis.js';

const LEADS = 100_000;
/** Half of what the rows would take as objects. Megabytes. */
const HEAP = 96;

describe('a large export', () => {
  it('should pass through a process with little memory', async () => {
    const [database, redis] = [await createTestDatabase(), await createTestRedis()];
    const sql = new pg.Client({ connectionString: database.url });
    await sql.connect();
    const id = await insertCampaign(sql);
    await sql.query(
      `INSERT INTO leads (id, campaign_id, phone_number, name, metadata)
       SELECT ('01990000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, $1, '+999' || lpad(n::text, 9, '0'), 'Lead ' || n,
         jsonb_build_object('note', repeat('x', 500)) FROM generate_series(1, ${LEADS}) n`,
      [id],
    );
    const settings = { DATABASE_URL: database.url, REDIS_URL: redis.url, LOG_LEVEL: 'warn' };
    const env = { ...settings, NODE_OPTIONS: `--max-old-space-size=${HEAP}` };
    const app = await spawnApp({ role: 'api', env });
    try {
      const answer = await fetch(`${app.url}/api/v1/campaigns/${id}/leads/export?format=jsonl`, {
        headers: { 'Accept-Encoding': 'identity' },
      });
      let lines = 0;
      for await (const chunk of answer.body ?? []) {
        lines +=
          Buffer.from(chunk as Uint8Array)
            .toString('latin1')
            .split('\n').length - 1;
      }
      expect(lines).toBe(LEADS);
      expect((await fetch(`${app.url}/health`)).status).toBe(200);
    } finally {
      await app.kill();
      await sql.end();
      await redis.close();
      await database.drop();
    }
  });
});
