import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { newId } from '../../src/common/index.js';

const FROM = '+12025550100';
/** Nobody may take them for lost while they wait for their callbacks. */
const SEND_WITHIN = "interval '1 hour'";

/** A call the carrier is about to tell of. */
export interface OpenCall {
  id: string;
  sid: string;
  to: string;
  from: string;
}

/**
 * Active campaigns whose every slot is in use: each lead is `calling`, its call `dialing`, as in the instant after the
 * placement has left. Counters are right.
 * @returns the calls, campaign by campaign
 */
export async function seedOpenCalls(
  sql: pg.ClientBase,
  numbers: string[],
  perCampaign: number,
): Promise<SeededCampaign[]> {
  const seeded: SeededCampaign[] = [];
  for (let from = 0; from < numbers.length; from += perCampaign) {
    seeded.push(await seedCampaign(sql, numbers.slice(from, from + perCampaign)));
  }
  return seeded;
}

export interface SeededCampaign {
  id: string;
  calls: OpenCall[];
}

async function seedCampaign(sql: pg.ClientBase, numbers: string[]): Promise<SeededCampaign> {
  const id = newId();
  const calls = numbers.map((to) => ({
    id: newId(),
    sid: `CA${randomBytes(16).toString('hex')}`,
    to,
    from: FROM,
  }));
  const leads = numbers.map(() => newId());
  await sql.query('BEGIN');
  await sql.query(
    `INSERT INTO campaigns (id, name, status, max_concurrent, call_delay, started_at)
     VALUES ($1, 'bench: callbacks', 'active', $2, 0, now())`,
    [id, numbers.length],
  );
  await sql.query(
    `INSERT INTO leads (id, campaign_id, phone_number, status, attempts, last_attempt_at)
     SELECT id, $1, number, 'calling', 1, now() FROM unnest($2::uuid[], $3::text[]) AS l (id, number)`,
    [id, leads, numbers],
  );
  await sql.query(
    `INSERT INTO calls (id, campaign_id, lead_id, phone_number, from_number, attempt, status, dialed_at, send_by)
     SELECT id, $1, lead_id, number, $2, 1, 'dialing', now(), now() + ${SEND_WITHIN}
     FROM unnest($3::uuid[], $4::uuid[], $5::text[]) AS c (id, lead_id, number)`,
    [id, FROM, calls.map((call) => call.id), leads, numbers],
  );
  await sql.query('INSERT INTO campaign_counters (campaign_id, shard, calling) VALUES ($1, 0, $2)', [
    id,
    numbers.length,
  ]);
  await sql.query('COMMIT');
  return { id, calls };
}
