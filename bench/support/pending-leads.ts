import type pg from 'pg';
import type { Scenario } from '../../src/forecast/virtual/scenario.js';
import { newId } from '../../src/common/index.js';

const ROWS_PER_STATEMENT = 10_000;

/** Every tenth has been called once and was busy, every hundredth is on the do-not-call list. */
const INSERT = `WITH given AS (
    SELECT * FROM unnest($2::uuid[], $3::text[]) WITH ORDINALITY AS l (id, number, n)
  ), leads AS (
    INSERT INTO leads (id, campaign_id, phone_number, name, metadata, attempts)
    SELECT id, $1, number, 'Lead ' || n, jsonb_build_object('company', 'Company ' || n), (n % 10 = 0)::int FROM given
  ), calls AS (
    INSERT INTO calls (id, campaign_id, lead_id, phone_number, from_number, attempt, status, outcome, carrier_sid, dialed_at, ended_at)
    SELECT gen_random_uuid(), $1, id, number, '+12025550100', 1, 'busy', 'busy', 'CA' || md5(id::text),
      now() - interval '1 day', now() - interval '1 day'
    FROM given WHERE n % 10 = 0
  )
  INSERT INTO suppressions (id, phone_number, source) SELECT gen_random_uuid(), number, 'api' FROM given WHERE n % 100 = 1`;

/** Gives a campaign these leads, by SQL alone: numbers of more than one country, some called before, some not to be called. */
export async function storePending(
  sql: pg.ClientBase,
  campaignId: string,
  leads: Scenario['leads'],
): Promise<void> {
  for (let from = 0; from < leads.length; from += ROWS_PER_STATEMENT) {
    const numbers = leads.slice(from, from + ROWS_PER_STATEMENT).map(({ phoneNumber }) => phoneNumber);
    await sql.query(INSERT, [campaignId, numbers.map(() => newId()), numbers]);
  }
  await sql.query('INSERT INTO campaign_counters (campaign_id, shard, pending) VALUES ($1, 0, $2)', [
    campaignId,
    leads.length,
  ]);
}
