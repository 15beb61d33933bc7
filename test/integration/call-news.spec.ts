import pg from 'pg';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  CallMovesRepository,
  type CallNews,
  type CallStatus,
  type Consequences,
} from '../../src/calls/index.js';
import { Batcher } from '../../src/common/index.js';
import { Database } from '../../src/database/index.js';
import { insertCampaign, insertCampaignCall } from '../factories/campaign.factory.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { inTransaction, untilLocked } from './campaign-world.js';

/** News that bring nothing with them. */
const ALONE: Consequences<CallNews> = {
  fields: 'nothing text',
  valuesOf: () => ({}),
  ctes: 'nothing AS (SELECT 1)',
  columns: '1 AS "nothing"',
};

describe('news of calls, told and applied in one statement', () => {
  let database: TestDatabase;
  let sql: pg.Pool;
  let source: DataSource;
  let moves: CallMovesRepository;

  beforeAll(async () => {
    database = await createTestDatabase();
    sql = new pg.Pool({ connectionString: database.url, max: 5 });
    source = await new DataSource({ type: 'postgres', url: database.url, extra: { max: 10 } }).initialize();
    moves = new CallMovesRepository(new Database(source));
  });
  afterAll(async () => {
    await source.destroy();
    await sql.end();
    await database.drop();
  });

  let sids = 0;
  const nextSid = () => `CA${String((sids += 1)).padStart(32, '0')}`;
  const openCall = async (status: CallStatus) =>
    insertCampaignCall(sql, await insertCampaign(sql), { status });
  const tell = (id: string, to: CallStatus, carrierSid = nextSid(), dedupeKey = `${to}:${carrierSid}`) =>
    take([{ move: { id, to, carrierSid }, event: { type: 'carrier.callback', dedupeKey }, isTold: true }]);
  const take = async (news: CallNews[]) => {
    const { told, moved } = await moves.take(news, ALONE);
    return { isNew: told.includes(news[0]!.move.id), hasMoved: moved.includes(news[0]!.move.id) };
  };
  const statusOf = async (id: string) =>
    (await sql.query<{ status: string }>('SELECT status FROM calls WHERE id = $1', [id])).rows[0]!.status;
  const sidOf = async (id: string) =>
    (await sql.query<{ sid: string }>('SELECT carrier_sid AS sid FROM calls WHERE id = $1', [id])).rows[0]!
      .sid;
  const eventsOf = async (id: string) =>
    (await sql.query('SELECT status FROM call_events WHERE call_id = $1 ORDER BY id', [id])).rows.map(
      (row: { status: string }) => row.status,
    );

  it('should move the call and write the event down', async () => {
    const id = await openCall('dialing');
    const sid = nextSid();
    expect(await tell(id, 'ringing', sid)).toEqual({ isNew: true, hasMoved: true });
    expect(await sidOf(id)).toBe(sid);
    expect([await statusOf(id), await eventsOf(id)]).toEqual(['ringing', ['ringing']]);
  });

  it('should write late news down and move nothing', async () => {
    const id = await openCall('in-progress');
    expect(await tell(id, 'ringing', nextSid())).toEqual({ isNew: true, hasMoved: false });
    expect([await statusOf(id), await eventsOf(id)]).toEqual(['in-progress', ['ringing']]);
  });

  it('should change nothing on news it knows, nor on a call it does not know', async () => {
    const id = await openCall('dialing');
    const sid = nextSid();
    await tell(id, 'initiated', sid, 'same');
    expect(await tell(id, 'ringing', sid, 'same')).toEqual({ isNew: false, hasMoved: false });
    expect([await statusOf(id), await eventsOf(id)]).toEqual(['initiated', ['initiated']]);
    expect(await tell('01900000-0000-7000-8000-000000000000', 'ringing')).toEqual({
      isNew: false,
      hasMoved: false,
    });
  });

  it.each<[CallStatus, boolean]>([
    ['completed', false],
    ['initiated', true],
  ])('should judge by what the call became (%s) while it waited for it', async (meanwhile, hasMoved) => {
    const id = await openCall('dialing');
    await inTransaction(sql, async (client, commit) => {
      const end = meanwhile === 'completed' ? 'now()' : 'NULL';
      await client.query(`UPDATE calls SET status = $2, ended_at = ${end} WHERE id = $1`, [id, meanwhile]);
      const told = tell(id, 'ringing', nextSid());
      await untilLocked(sql);
      await commit();
      expect(await told).toEqual({ isNew: true, hasMoved });
    });
    expect(await statusOf(id)).toBe(hasMoved ? 'ringing' : meanwhile);
  });

  it('should apply the same news once, and never wait in a circle, however many tell at once', async () => {
    const order: CallStatus[] = ['initiated', 'ringing', 'in-progress', 'completed'];
    for (let round = 0; round < 60; round += 1) {
      const id = await openCall('dialing');
      const sid = nextSid();
      const told = await Promise.all([...order, ...order].map((to) => tell(id, to, sid)));
      expect(told.filter(({ isNew }) => isNew)).toHaveLength(order.length);
      expect(await statusOf(id)).toBe('completed');
      expect((await eventsOf(id)).toSorted()).toEqual(order.toSorted());
    }
  });

  it('should take in many at once as if one by one, and what cannot be stored takes no other with it', async () => {
    const ids = await Promise.all(Array.from({ length: 20 }, () => openCall('dialing')));
    const batches = new Batcher<CallNews, boolean>(
      async (news) => {
        const { moved } = await moves.take(news, ALONE);
        return news.map(({ move }) => moved.includes(move.id));
      },
      { most: 20, lanes: 1, keyOf: ({ move }) => move.id },
    );
    const told = ids.map((id, i) => {
      const data = i === 7 ? { text: 'a\u0000b' } : {};
      const event = { type: 'carrier.callback', dedupeKey: 'x', data };
      return batches.add({ move: { id, to: 'ringing', carrierSid: nextSid() }, event, isTold: true });
    });
    const results = await Promise.allSettled(told);
    expect(results.map(({ status }) => status).filter((status) => status === 'rejected')).toHaveLength(1);
    const statuses = await Promise.all(ids.map(statusOf));
    expect(statuses).toEqual(ids.map((_, i) => (i === 7 ? 'dialing' : 'ringing')));
  });

  it('should note a SID late without moving the call back, and only once', async () => {
    const id = await openCall('in-progress');
    const sid = nextSid();
    const placed = (carrierSid: string): CallNews => ({
      move: { id, to: 'initiated', staysIn: ['initiated', 'ringing', 'in-progress'], carrierSid },
      event: { type: 'call.placed', data: { sid: carrierSid } },
      isTold: false,
    });
    expect(await take([placed(sid)])).toEqual({ isNew: true, hasMoved: true });
    expect([await statusOf(id), await sidOf(id)]).toEqual(['in-progress', sid]);
    expect(await take([placed(nextSid())])).toEqual({ isNew: false, hasMoved: false });
    expect(await eventsOf(id)).toHaveLength(1);
  });
});
