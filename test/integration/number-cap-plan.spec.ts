import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Database } from '../../src/database/index.js';
import { NumberCapRepository } from '../../src/dialer/number-cap.repository.js';
import { insertCampaign } from '../factories/campaign.factory.js';
import { startTestApp, type TestApp } from '../support/app.js';

const NUMBERS = 2000;
const CALLS_EACH = 50;
/** Postgres keeps a plan for any values after the fifth run. */
const RUNS = 8;
const CAP = { attempts: 3, days: 30 };

const numberOf = (n: number): string => `+999${String(n).padStart(9, '0')}`;

/** The cap is asked about inside a claim: it must not read what was called before, however much it is. */
describe('the look-up of the cap on calls to one number', () => {
  let app: TestApp;
  let sql: pg.Client;
  let id: string;

  beforeAll(async () => {
    app = await startTestApp({ ROLE: 'api', DATABASE_POOL_SIZE: '2' });
    sql = new pg.Client({ connectionString: app.database.url });
    await sql.connect();
    await sql.query('ALTER TABLE calls SET (autovacuum_enabled = off)');
    id = await insertCampaign(sql);
  });
  afterAll(async () => {
    await sql.end();
    await app.close();
  });

  const room = <T>(type: abstract new (...args: never[]) => T): T => app.app.get<T>(type, { strict: false });
  const ask = (numbers: string[]) => room(NumberCapRepository).deciding(id, numbers, CAP);

  async function rowsRead(): Promise<number> {
    await room(Database).query('SELECT pg_stat_force_next_flush(), pg_sleep(0.05)');
    const { rows } = await sql.query<{ read: string }>(
      `SELECT (SELECT seq_tup_read FROM pg_stat_user_tables WHERE relname = 'calls')
            + (SELECT sum(idx_tup_read) FROM pg_stat_user_indexes WHERE relname = 'calls') AS read`,
    );
    return Number(rows[0]?.read);
  }

  it('should read as many calls to a number as the cap allows, by a plan kept from when there were none', async () => {
    for (let run = 0; run < RUNS; run += 1) expect(await ask([numberOf(run)])).toEqual([]);
    await sql.query(
      `INSERT INTO calls (id, campaign_id, phone_number, from_number, attempt, status, outcome, carrier_sid, dialed_at, ended_at)
       SELECT gen_random_uuid(), $1, '+999' || lpad((n % ${NUMBERS})::text, 9, '0'), '+12025550100', 1, 'busy', 'busy',
         'CA' || md5(n::text), at, at + interval '10 seconds'
       FROM generate_series(0, ${NUMBERS * CALLS_EACH - 1}) AS n, LATERAL (SELECT now() - n * interval '1 second' AS at) AS t`,
      [id],
    );
    const numbers = Array.from({ length: 20 }, (_, i) => numberOf(i * 7));
    const before = await rowsRead();
    const found = await ask(numbers);
    expect((await rowsRead()) - before).toBeLessThanOrEqual(numbers.length * (CAP.attempts + 2));
    expect(found.map((call) => call.phoneNumber).toSorted()).toEqual(numbers.toSorted());
    // The third latest of calls that are 2,000 s apart.
    for (const { phoneNumber, placedAt } of found) {
      const secondsAgo = Number(phoneNumber.slice(4)) + (CAP.attempts - 1) * NUMBERS;
      expect((Date.now() - placedAt.getTime()) / 1000).toBeGreaterThanOrEqual(secondsAgo - 1);
      expect((Date.now() - placedAt.getTime()) / 1000).toBeLessThan(secondsAgo + 60);
    }
    if (process.env.EXPLAIN) {
      const { rows } = await sql.query(
        `EXPLAIN (ANALYZE, BUFFERS) SELECT n.number, p.at FROM unnest($2::text[]) AS n (number) CROSS JOIN LATERAL (SELECT dialed_at AS at FROM calls WHERE phone_number = n.number AND carrier_sid IS NOT NULL AND ended_at IS NOT NULL AND ended_at > statement_timestamp() - 30 * interval '1 day' AND workspace_id = (SELECT workspace_id FROM campaigns WHERE id = $1) ORDER BY ended_at DESC OFFSET 2 LIMIT 1) AS p`,
        [id, numbers],
      );
      console.log(rows.map((r) => Object.values(r as object)[0]).join('\n'));
      await sql.query('DROP INDEX ix_calls_placed_number');
      const again = await sql.query(
        `EXPLAIN (ANALYZE, BUFFERS) SELECT n.number, p.at FROM unnest($2::text[]) AS n (number) CROSS JOIN LATERAL (SELECT dialed_at AS at FROM calls WHERE phone_number = n.number AND carrier_sid IS NOT NULL AND ended_at IS NOT NULL AND ended_at > statement_timestamp() - 30 * interval '1 day' AND workspace_id = (SELECT workspace_id FROM campaigns WHERE id = $1) ORDER BY ended_at DESC OFFSET 2 LIMIT 1) AS p`,
        [id, numbers],
      );
      console.log(again.rows.map((r) => Object.values(r as object)[0]).join('\n'));
    }
  });
});
