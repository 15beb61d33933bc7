import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CampaignCountersRepository } from '../../src/campaigns/index.js';
import { Database } from '../../src/database/index.js';
import { NumberCapRepository } from '../../src/dialer/number-cap.repository.js';
import { NumberCaps } from '../../src/dialer/number-cap.service.js';
import { insertCampaign, insertCampaignCall, insertCampaignLead } from '../factories/campaign.factory.js';
import { startTestApp, type TestApp } from '../support/app.js';

const NUMBERS = 2000;
const CALLS_EACH = 50;
/** Postgres keeps a plan for any values after the fifth run. */
const RUNS = 8;
const CAP = { attempts: 3, days: 30 };

const numberOf = (n: number): string => `+999${String(n).padStart(9, '0')}`;

describe('the cap on calls to one number, in the database', () => {
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

  // It is asked about inside a claim.
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
  });

  it('should take back a call that a claim made although its number was called often enough meanwhile', async () => {
    const cap = { attempts: 1, days: 1 };
    const campaignId = await insertCampaign(sql, { status: 'paused', max_attempts_per_number: cap });
    const counters = room(CampaignCountersRepository);
    const numbers = ['+12025550150', '+12025550151'];
    const [called] = numbers;
    const ended = { status: 'busy', outcome: 'busy', ended_at: new Date(), dialed_at: new Date() };
    await insertCampaignCall(sql, id, { ...ended, phone_number: called, carrier_sid: 'CA-before' });
    const claimed: { leadId: string; callId: string }[] = [];
    for (const phone_number of numbers) {
      const lead = { phone_number, status: 'calling', attempts: 3, last_attempt_at: new Date() };
      const leadId = await insertCampaignLead(sql, campaignId, lead);
      const call = { lead_id: leadId, phone_number, status: 'queued', attempt: 3 };
      claimed.push({ leadId, callId: await insertCampaignCall(sql, campaignId, call) });
    }
    const kept = await room(Database).transaction(async (tx) => {
      await counters.apply(tx, campaignId, { calling: 2 });
      const campaign = { id: campaignId, maxAttemptsPerNumber: cap, now: new Date() };
      return room(NumberCaps).withinCap(
        tx,
        campaign,
        claimed.map(({ callId }) => callId),
      );
    });
    expect(kept).toEqual([claimed[1]!.callId]);
    const { rows: calls } = await sql.query('SELECT id FROM calls WHERE campaign_id = $1', [campaignId]);
    expect(calls).toEqual([{ id: claimed[1]!.callId }]);
    const { rows: leads } = await sql.query(
      'SELECT id, status, attempts, blocked_reason, next_attempt_at FROM leads WHERE campaign_id = $1 ORDER BY id',
      [campaignId],
    );
    const until = new Date(ended.dialed_at.getTime() + 24 * 60 * 60 * 1000 + 1);
    expect(leads).toEqual([
      {
        ...{ id: claimed[0]!.leadId, status: 'pending', attempts: 2 },
        ...{ blocked_reason: 'number_cap', next_attempt_at: until },
      },
      {
        ...{ id: claimed[1]!.leadId, status: 'calling', attempts: 3 },
        ...{ blocked_reason: null, next_attempt_at: null },
      },
    ]);
    expect((await counters.read([campaignId])).get(campaignId)).toEqual(await counters.recount(campaignId));
  });
});
