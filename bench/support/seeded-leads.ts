import type pg from 'pg';
import { newId } from '../../src/common/index.js';

const ROWS_PER_STATEMENT = 50_000;

/** In the order in which they are called. Country code 999 is nobody's: such a number could not ring anywhere. */
const INSERT = `INSERT INTO leads (id, campaign_id, phone_number, name, metadata)
  SELECT uuidv7(), $1, coalesce(($2::text[])[n], '+999' || lpad(n::text, 9, '0')), 'Lead ' || n, '{"source": "bench"}'
  FROM generate_series($3::int, $4::int) AS n ORDER BY n`;

export interface LeadSeed {
  count: number;
  slots: number;
  /** Numbers of the first leads; the others have numbers that nobody can have. */
  numbers: string[];
}

/** A draft with pending leads, its counters right: straight into the tables, since an import is measured elsewhere. */
export async function seedLeads(
  sql: pg.ClientBase,
  { count, slots, numbers }: LeadSeed,
  signal: AbortSignal,
): Promise<string> {
  const id = newId();
  await sql.query(
    `INSERT INTO campaigns (id, name, status, max_concurrent, call_delay) VALUES ($1, 'bench: memory', 'draft', $2, 0)`,
    [id, slots],
  );
  for (let from = 1; from <= count; from += ROWS_PER_STATEMENT) {
    signal.throwIfAborted();
    await sql.query(INSERT, [id, numbers, from, Math.min(count, from + ROWS_PER_STATEMENT - 1)]);
  }
  await sql.query('INSERT INTO campaign_counters (campaign_id, shard, pending) VALUES ($1, 0, $2)', [
    id,
    count,
  ]);
  await sql.query('ANALYZE leads');
  return id;
}
