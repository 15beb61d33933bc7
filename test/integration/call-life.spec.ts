import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isTerminal, type CallStatus } from '../../src/calls/index.js';
import { CampaignCountersRepository } from '../../src/campaigns/index.js';
import { Database } from '../../src/database/index.js';
import { CallProgressService } from '../../src/dialer/index.js';
import { CARRIER_STATUSES } from '../../src/telephony/index.js';
import { insertCampaign, insertCampaignCall, insertCampaignLead } from '../factories/campaign.factory.js';
import { startTestApp, type TestApp } from '../support/app.js';

interface Told {
  status: (typeof CARRIER_STATUSES)[number];
  sequence: number;
  /** Of two carrier calls, which one the news are about. */
  sid: 0 | 1;
  answeredBy: string | null;
}

const anyNews: fc.Arbitrary<Told> = fc.record({
  status: fc.constantFrom(...CARRIER_STATUSES),
  sequence: fc.integer({ min: 0, max: 3 }),
  sid: fc.constantFrom(0, 1),
  answeredBy: fc.constantFrom(null, 'human', 'machine_start'),
});

describe('the life of a call under any news', () => {
  let app: TestApp;
  let sql: pg.Pool;
  let progress: CallProgressService;
  let counters: CampaignCountersRepository;
  let runs = 0;

  beforeAll(async () => {
    app = await startTestApp({ ROLE: 'api' });
    sql = new pg.Pool({ connectionString: app.database.url, max: 2 });
    progress = app.app.get(CallProgressService, { strict: false });
    counters = app.app.get(CampaignCountersRepository, { strict: false });
  });

  afterAll(async () => {
    await sql.end();
    await app.close();
  });

  /** A call being placed, in a campaign that dials nothing by itself. */
  async function dialingCall(
    retries: number,
  ): Promise<{ campaignId: string; callId: string; leadId: string }> {
    const retrying = { retry_failed: retries > 0, retry_attempts: retries, retry_delay: 0 };
    const campaignId = await insertCampaign(sql, { status: 'paused', ...retrying });
    const leadId = await insertCampaignLead(sql, campaignId, { status: 'calling', attempts: 1 });
    runs += 1;
    const phone = { phone_number: `+1202555${String(runs).padStart(7, '0')}` };
    const callId = await insertCampaignCall(sql, campaignId, {
      lead_id: leadId,
      status: 'dialing',
      ...phone,
    });
    const database = app.app.get(Database, { strict: false });
    await database.transaction((tx) => counters.apply(tx, campaignId, { calling: 1 }));
    return { campaignId, callId, leadId };
  }

  async function statusOf(table: 'calls' | 'leads', id: string): Promise<string> {
    const { rows } = await sql.query<{ status: string }>(`SELECT status FROM ${table} WHERE id = $1`, [id]);
    return rows[0]?.status ?? '';
  }

  async function tell(callId: string, told: Told): Promise<void> {
    const sid = `CA${String(runs * 2 + told.sid).padStart(32, '0')}`;
    await progress.apply({
      callId,
      sid,
      status: told.status,
      durationMs: told.status === 'completed' ? 3000 : null,
      answeredBy: told.answeredBy,
      event: { type: 'carrier.callback', dedupeKey: `${sid}:${told.sequence}:${told.status}`, data: {} },
    });
  }

  it('should never leave an end, never lose the lead, and keep the counters equal to a recount', async () => {
    const property = fc.asyncProperty(
      fc.array(anyNews, { maxLength: 10 }),
      fc.integer({ min: 0, max: 2 }),
      async (news, retries) => {
        const { campaignId, callId, leadId } = await dialingCall(retries);
        let ended: string | null = null;
        for (const told of news) {
          await tell(callId, told);
          const status = await statusOf('calls', callId);
          if (ended !== null) expect(status).toBe(ended);
          if (isTerminal(status as CallStatus)) ended = status;
        }
        expect(await statusOf('leads', leadId)).toEqual(
          ended === null ? 'calling' : expect.stringMatching(/^(pending|completed|failed)$/),
        );
        expect((await counters.read([campaignId])).get(campaignId)).toEqual(
          await counters.recount(campaignId),
        );
      },
    );
    await fc.assert(property, { numRuns: 80, seed: 20261122 });
  });

  it('should come to the same end when the same news are told all at once', async () => {
    const { campaignId, callId } = await dialingCall(0);
    const news: Told[] = CARRIER_STATUSES.map((status, sequence) => ({
      status,
      sequence,
      sid: 0,
      answeredBy: null,
    }));
    await Promise.all([...news, ...news].map((told) => tell(callId, told)));
    expect(isTerminal((await statusOf('calls', callId)) as CallStatus)).toBe(true);
    expect((await counters.read([campaignId])).get(campaignId)).toEqual(await counters.recount(campaignId));
  });
});
