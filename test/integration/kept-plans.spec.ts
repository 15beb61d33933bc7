import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runInScope } from '../../src/common/index.js';
import { CallMovesRepository } from '../../src/calls/index.js';
import { PhoneNumberUseRepository } from '../../src/compliance/index.js';
import { Database, DEFAULT_WORKSPACE_ID } from '../../src/database/index.js';
import { ClaimRepository } from '../../src/dialer/claim.repository.js';
import { NewsRepository } from '../../src/dialer/news.repository.js';
import { ReconcileRepository } from '../../src/dialer/reconcile.repository.js';
import { LeadGate } from '../../src/leads/lead-gate.js';
import { insertCampaign, insertCampaignCall, insertCampaignLead } from '../factories/campaign.factory.js';
import { startTestApp, type TestApp } from '../support/app.js';

const MANY = 100_000;
/** The test app's first. */
const NUMBER = '+12025550100';
/** Postgres keeps a plan for any values after the fifth run. */
const RUNS = 8;

const IMPORT = `
  INSERT INTO leads (id, campaign_id, phone_number, name, priority, reason)
  SELECT ('01990000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, $1, '+999' || lpad(n::text, 9, '0'),
    'Jane Doe ' || n, n % 10, CASE WHEN n % 1000 = 0 THEN 'busy' END FROM generate_series(1, ${MANY}) n`;

/** Plans kept from when the tables were small must not read all of the large ones; autovacuum has not come by yet. */
describe('plans after a large import', () => {
  let app: TestApp;
  let sql: pg.Client;
  let few: string;
  let many: string;

  beforeAll(async () => {
    app = await startTestApp({ ROLE: 'api', DATABASE_POOL_SIZE: '2' }, {}, { byHeader: true });
    sql = new pg.Client({ connectionString: app.database.url });
    await sql.connect();
    few = await insertCampaign(sql);
    many = await insertCampaign(sql);
    for (let n = 0; n < 10; n += 1) {
      const lead = await insertCampaignLead(sql, few, { name: `Jane Doe ${n}` });
      await insertCampaignCall(sql, few, { lead_id: lead, status: 'completed', outcome: 'answered' });
    }
    await sql.query('UPDATE leads SET attempts = 1');
    await sql.query('ALTER TABLE leads SET (autovacuum_enabled = off)');
    await sql.query('ALTER TABLE calls SET (autovacuum_enabled = off)');
    await sql.query('VACUUM ANALYZE leads, calls');
    for (let run = 0; run < RUNS; run += 1) await useAll(few);
    // By the door that every import goes through.
    await room(LeadGate).admit(many, async (tx) => {
      const { affected } = await room(Database).run(IMPORT, [many], tx);
      return affected;
    });
    // The import had all plans made anew. Calls come one by one, but thousands of them before autovacuum does.
    await endCall(few);
    await sql.query(
      `INSERT INTO calls (id, campaign_id, lead_id, phone_number, from_number, attempt, status, outcome, carrier_sid, dialed_at, ended_at)
       SELECT id, campaign_id, id, phone_number, '+12025550100', 1, 'completed', 'answered', 'CA' || md5(id::text), now(), now()
       FROM leads WHERE campaign_id = $1`,
      [many],
    );
    await sql.query('UPDATE leads SET attempts = 1 WHERE campaign_id = $1 AND priority = 9', [many]);
    // What this connection read would else be counted seconds later, as some test's.
    await sql.query('SELECT pg_stat_force_next_flush()');
  });
  afterAll(async () => {
    await sql.end();
    await app.close();
  });

  const room = <T>(type: abstract new (...args: never[]) => T): T => app.app.get<T>(type, { strict: false });

  /** Each once, on both connections of the pool; requests have a pool of their own, which is as large. */
  async function twice(work: () => Promise<unknown>): Promise<void> {
    await Promise.all([work(), work()]);
  }

  const uses: [name: string, use: (campaignId: string) => Promise<unknown>][] = [
    [
      'the claim',
      (id) => room(Database).transaction((tx) => room(ClaimRepository).takeReadyLeads(tx, id, 5)),
    ],
    [
      'the claim for free slots',
      (id) => room(Database).transaction((tx) => room(ClaimRepository).takeForSlots(tx, id)),
    ],
    [
      'the use of a number',
      () => room(PhoneNumberUseRepository).count(DEFAULT_WORKSPACE_ID, [{ phoneNumber: NUMBER, upTo: 50 }]),
    ],
    [
      'the answers to a number',
      () =>
        room(PhoneNumberUseRepository).answers(DEFAULT_WORKSPACE_ID, [NUMBER], {
          latestCalls: 50,
          withinMs: 86_400_000,
        }),
    ],
    ['a lead by its id', (id) => app.get(`/campaigns/${id}/leads/${id}`)],
    ['a call by its id', (id) => room(CallMovesRepository).exists(id)],
    ['the first page', (id) => app.get(`/campaigns/${id}/leads`)],
    ['the page by priority', (id) => app.get(`/campaigns/${id}/leads?sort=-priority`)],
    ['a name', (id) => app.get(`/campaigns/${id}/leads?search=Jane%20Doe%207777`)],
    ['a last word', (id) => app.get(`/campaigns/${id}/leads?search=77777`)],
    ['a number', (id) => app.get(`/campaigns/${id}/leads?search=%2B99900001234`)],
    ['an outcome', (id) => app.get(`/campaigns/${id}/leads?outcome=busy`)],
    ['the campaign', (id) => app.get(`/campaigns/${id}`)],
    ['its stats', (id) => app.get(`/campaigns/${id}/stats`)],
    ['its start', (id) => app.post(`/campaigns/${id}/start`)],
    // Of a campaign that was started: whether it has another lead is asked of active ones.
    ['the end of a call', (id) => endCall(id)],
    ['a look for idle campaigns', () => new ReconcileRepository(room(Database)).idleCampaigns()],
  ];

  /** A call whose SID nobody has heard of ends. */
  async function endCall(campaignId: string): Promise<void> {
    const lead = await insertCampaignLead(sql, campaignId, { status: 'calling', next_attempt_at: null });
    const id = await insertCampaignCall(sql, campaignId, { lead_id: lead, status: 'dialing' });
    const carrierSid = `CA${id.replaceAll('-', '')}`;
    const move = { id, to: 'completed' as const, carrierSid, answeredBy: null, outcome: 'answered' as const };
    const event = { type: 'carrier.callback', dedupeKey: 'completed' };
    const { woken } = await room(NewsRepository).take([{ move, event, isTold: true }]);
    expect(woken).toEqual([campaignId]);
  }

  async function useAll(id: string): Promise<void> {
    for (const [, use] of uses) await twice(() => use(id));
  }

  /** Rows of leads and calls that were read so far, in the tables and in their indexes. */
  async function rowsRead(): Promise<number> {
    await sql.query('SELECT pg_stat_force_next_flush()');
    await room(Database).repeated('SELECT pg_stat_force_next_flush(), pg_sleep(0.05)');
    const flush = () =>
      twice(() => room(Database).query('SELECT pg_stat_force_next_flush(), pg_sleep(0.05)'));
    await flush();
    await runInScope({ requestId: 'test', workspaceId: DEFAULT_WORKSPACE_ID }, flush);
    const { rows } = await sql.query<{ read: string }>(
      `SELECT (SELECT sum(seq_tup_read) FROM pg_stat_user_tables WHERE relname IN ('leads', 'calls'))
            + (SELECT sum(idx_tup_read) FROM pg_stat_user_indexes WHERE relname IN ('leads', 'calls')) AS read`,
    );
    return Number(rows[0]?.read);
  }

  it.each(uses)('should read few rows for %s', async (_, use) => {
    const before = await rowsRead();
    await twice(() => use(many));
    expect((await rowsRead()) - before).toBeLessThan(1000);
  });
});
