import { getQueueToken } from '@nestjs/bull';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CampaignCountersRepository } from '../../../src/campaigns/index.js';
import { PlacementService } from '../../../src/dialer/placement.service.js';
import { startTestApp, type TestApp } from '../../support/app.js';
import { waitFor } from '../../support/wait-for.js';
import { DialerWorld, fictionalNumbers, timesCalled } from './world.js';

const SETTINGS = { maxConcurrent: 50, callDelay: 0 };

interface Queue {
  pause(isLocal: boolean): Promise<void>;
  resume(isLocal: boolean): Promise<void>;
}

interface Call {
  id: string;
  status: string;
  phoneNumber: string;
}

const now = (): number => performance.timeOrigin + performance.now();

describe('a suppressed number', () => {
  let app: TestApp;
  let world: DialerWorld;
  let db: pg.Client;
  let queue: Queue;
  let offset = 0;

  beforeAll(async () => {
    app = await startTestApp();
    world = new DialerWorld(app.url, app.simulator.url);
    await world.carrier({ speed: 1, ringMs: 10, talkMs: 50, odds: { answered: 1 } });
    db = new pg.Client({ connectionString: app.database.url });
    await db.connect();
    queue = app.app.get<Queue>(getQueueToken('calls'), { strict: false });
  });

  afterEach(async () => {
    await queue.resume(true);
  });

  afterAll(async () => {
    await db.end();
    await app.close();
  });

  function numbers(count: number): string[] {
    offset += count;
    return fictionalNumbers(count, offset - count);
  }

  function suppress(phoneNumbers: string[], fields: object = {}) {
    return app.post('/suppressions/bulk', { phoneNumbers, ...fields });
  }

  async function leadsOf(
    id: string,
    status: string,
  ): Promise<{ phoneNumber: string; reason: string | null }[]> {
    const sql = `SELECT phone_number AS "phoneNumber", reason FROM leads WHERE campaign_id = $1 AND status = $2`;
    return (await db.query<{ phoneNumber: string; reason: string | null }>(sql, [id, status])).rows;
  }

  async function expectCountersTrue(id: string): Promise<void> {
    const counters = app.app.get(CampaignCountersRepository, { strict: false });
    expect((await counters.read([id])).get(id)).toEqual(await counters.recount(id));
  }

  /** Calls that are claimed, while nobody but the test places them. */
  async function claimed(wanted: string[]): Promise<{ id: string; calls: Call[] }> {
    await queue.pause(true);
    const id = await world.campaign(SETTINGS, wanted);
    await world.start(id);
    const calls = await waitFor(
      async () => {
        const found = await db.query<Call>(
          `SELECT id, status, phone_number AS "phoneNumber" FROM calls WHERE campaign_id = $1 ORDER BY id`,
          [id],
        );
        return found.rows.length === wanted.length ? found.rows : null;
      },
      { message: `${wanted.length} claimed calls` },
    );
    return { id, calls };
  }

  it('should never be claimed; its leads fail with the reason, and the campaign completes', async () => {
    const all = numbers(300);
    const barred = all.filter((_, nth) => nth % 30 !== 29);
    await suppress(barred);
    const id = await world.campaign(SETTINGS, all);
    await world.start(id);
    await world.until(id, 'completed');
    const called = timesCalled(await world.ledger());
    expect(barred.filter((number) => called.has(number))).toEqual([]);
    const claims = await db.query(`SELECT 1 FROM calls WHERE campaign_id = $1 AND phone_number = ANY($2)`, [
      id,
      barred,
    ]);
    expect(claims.rowCount).toBe(0);
    expect(await leadsOf(id, 'completed')).toHaveLength(10);
    const failed = await leadsOf(id, 'failed');
    expect(new Set(failed.map((lead) => lead.reason))).toEqual(new Set(['suppressed']));
    expect(failed.map((lead) => lead.phoneNumber).toSorted()).toEqual(barred.toSorted());
    await expectCountersTrue(id);
  });

  it('should be barred for one campaign alone, where so wished, and until its entry ends', async () => {
    const [barred, expired] = numbers(2);
    const ids = [
      await world.campaign(SETTINGS, [barred!, expired!]),
      await world.campaign(SETTINGS, [barred!]),
    ];
    await suppress([barred!], { campaignId: ids[0] });
    await suppress([expired!], { expiresAt: new Date(Date.now() + 60_000).toISOString() });
    await db.query(`UPDATE suppressions SET expires_at = now() WHERE phone_number = $1`, [expired]);
    for (const id of ids) {
      await world.start(id);
      await world.until(id, 'completed');
    }
    expect((await leadsOf(ids[0]!, 'failed')).map((lead) => lead.phoneNumber)).toEqual([barred]);
    expect((await leadsOf(ids[1]!, 'completed')).map((lead) => lead.phoneNumber)).toEqual([barred]);
    expect(timesCalled(await world.ledger()).get(expired!)).toBe(1);
  });

  it('should accept leads of it while the campaign runs, and call the others', async () => {
    const [first, barred, other] = numbers(3);
    await suppress([barred!]);
    await world.carrier({ talkMs: 2000 });
    const id = await world.campaign(SETTINGS, [first!]);
    await world.start(id);
    const added = await app.post(`/campaigns/${id}/leads/bulk`, {
      leads: [{ phoneNumber: barred }, { phoneNumber: other }],
    });
    expect(added.body).toMatchObject({ data: { created: 2 } });
    await world.until(id, 'completed');
    await world.carrier({ talkMs: 50 });
    expect(await leadsOf(id, 'failed')).toEqual([{ phoneNumber: barred, reason: 'suppressed' }]);
    expect(await leadsOf(id, 'completed')).toHaveLength(2);
  });

  it('should be withdrawn from the queue before the suppression answers', async () => {
    const all = numbers(20);
    const { id, calls } = await claimed(all);
    expect((await suppress(all.slice(0, 10))).status).toBe(201);
    const left = await db.query<Call>(
      `SELECT status, error_code FROM calls WHERE campaign_id = $1 ORDER BY id`,
      [id],
    );
    expect(left.rows.map((call) => call.status)).toEqual(
      calls.map((call) => (all.indexOf(call.phoneNumber) < 10 ? 'canceled' : 'queued')),
    );
    expect(await leadsOf(id, 'failed')).toHaveLength(10);
    await queue.resume(true);
    await world.until(id, 'completed');
    expect(await leadsOf(id, 'completed')).toHaveLength(10);
    await expectCountersTrue(id);
  });

  it('should be refused by the guard where a claim did not know of it', async () => {
    const placement = app.app.get(PlacementService, { strict: false });
    const all = numbers(5);
    const { id, calls } = await claimed(all);
    // Past the API: nobody withdraws the calls, as when they are claimed while the suppression is being committed.
    await db.query(
      `INSERT INTO suppressions (id, phone_number) SELECT gen_random_uuid(), unnest($1::text[])`,
      [all],
    );
    await Promise.all(calls.map((call) => placement.place(call.id)));
    await world.until(id, 'completed');
    const called = timesCalled(await world.ledger());
    expect(all.filter((number) => called.has(number))).toEqual([]);
    expect(await leadsOf(id, 'failed')).toHaveLength(all.length);
    await expectCountersTrue(id);
  });

  it('should be withdrawn by a tick where the process that suppressed it died before it could', async () => {
    const all = numbers(3);
    const { id } = await claimed(all);
    await db.query(
      `INSERT INTO suppressions (id, phone_number) SELECT gen_random_uuid(), unnest($1::text[])`,
      [all],
    );
    // The queue stands still: neither a guard nor anybody but the tick looks at the calls.
    await world.until(id, 'completed');
    expect(await leadsOf(id, 'failed')).toHaveLength(all.length);
    await expectCountersTrue(id);
  });

  it('should wait for a guard under way, and for its send_by', async () => {
    const [number] = numbers(1);
    const { calls } = await claimed([number!]);
    await db.query('BEGIN');
    const guarded = await db.query<{ sendBy: Date }>(
      `UPDATE calls SET status = 'dialing', dialed_at = clock_timestamp(),
         send_by = clock_timestamp() + interval '1500 milliseconds' WHERE id = $1 RETURNING send_by AS "sendBy"`,
      [calls[0]!.id],
    );
    let answeredAt = Infinity;
    const answer = app.post('/suppressions', { phoneNumber: number }).finally(() => (answeredAt = now()));
    const waiting = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    await waitFor(async () => ((await db.query(waiting)).rowCount ?? 0) > 0, {
      message: 'it waits for the call',
    });
    expect(answeredAt).toBe(Infinity);
    await db.query('COMMIT');
    expect((await answer).status).toBe(201);
    expect(answeredAt).toBeGreaterThanOrEqual(guarded.rows[0]!.sendBy.getTime());
  });

  it('should be called again once its entry is deleted, by leads whose turn comes then', async () => {
    const [number] = numbers(1);
    const made = await app.post<{ data: { id: string } }>('/suppressions', { phoneNumber: number });
    const before = await world.campaign(SETTINGS, [number!]);
    await world.start(before);
    await world.until(before, 'completed');
    const after = await world.campaign(SETTINGS, [number!]);
    expect((await app.delete(`/suppressions/${made.body.data.id}`)).status).toBe(200);
    await world.start(after);
    await world.until(after, 'completed');
    expect(await leadsOf(before, 'failed')).toHaveLength(1);
    expect(await leadsOf(after, 'completed')).toHaveLength(1);
  });
});
