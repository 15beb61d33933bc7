import pg from 'pg';
import { newId } from '../../src/common/index.js';
import { apiDataSourceOptions } from '../../src/database/data-source.js';

const ROWS_PER_STATEMENT = 50_000;
const HOUR_MS = 3_600_000;
const EVERY_DAY = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** In the order in which they are called; the last are those whose clock is UTC. Country code 999 is nobody's. */
const INSERT = `INSERT INTO leads (id, campaign_id, phone_number, name, timezone)
  SELECT uuidv7(), $1, coalesce(($2::text[])[n - $5::int], '+999' || lpad(n::text, 9, '0')), 'Lead ' || n,
    CASE WHEN n > $5::int THEN 'UTC' ELSE 'Asia/Tokyo' END
  FROM generate_series($3::int, $4::int) AS n ORDER BY n`;

/**
 * A draft whose window is open in UTC for two hours more and closed in Tokyo, where all its leads live but the last.
 * @returns its id
 */
export async function seedBlocked(
  sql: pg.ClientBase,
  { count, openNumbers }: { count: number; openNumbers: string[] },
  signal: AbortSignal,
): Promise<string> {
  const id = newId();
  const clock = (time: number) => new Date(time).toISOString().slice(11, 16);
  const [start, end] = [clock(Date.now() - 2 * HOUR_MS), clock(Date.now() + 2 * HOUR_MS)];
  const window = { timezone: 'lead', hours: [{ days: EVERY_DAY, start, end }] };
  await sql.query(
    `INSERT INTO campaigns (id, name, max_concurrent, call_delay, calling_window) VALUES ($1, 'bench: blocked', 50, 0, $2)`,
    [id, JSON.stringify(window)],
  );
  const closed = count - openNumbers.length;
  for (let from = 1; from <= count; from += ROWS_PER_STATEMENT) {
    signal.throwIfAborted();
    const to = Math.min(count, from + ROWS_PER_STATEMENT - 1);
    await sql.query(INSERT, [id, openNumbers, from, to, closed]);
  }
  await sql.query('INSERT INTO campaign_counters (campaign_id, shard, pending) VALUES ($1, 0, $2)', [
    id,
    count,
  ]);
  await sql.query('ANALYZE leads');
  return id;
}

/** How Postgres finds the leads of a claim, on a connection that plans as the product's do. @returns EXPLAIN's lines */
export async function explainTake(databaseUrl: string, campaignId: string, limit: number): Promise<string[]> {
  const { extra } = apiDataSourceOptions(databaseUrl, 1) as { extra: { options: string } };
  const client = new pg.Client({ connectionString: databaseUrl, options: extra.options });
  await client.connect();
  try {
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(
      `EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) SELECT id FROM leads
       WHERE campaign_id = '${campaignId}' AND status = 'pending' AND next_attempt_at IS NULL
       ORDER BY (-priority), id LIMIT ${limit} FOR UPDATE SKIP LOCKED`,
    );
    return rows.map((row) => row['QUERY PLAN'].trim());
  } finally {
    await client.end();
  }
}
