import pg from 'pg';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CallMovesRepository, type CallStatus } from '../../src/calls/index.js';
import { Database } from '../../src/database/index.js';
import { insertCampaign, insertCampaignCall } from '../factories/campaign.factory.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { inTransaction, untilLocked } from './campaign-world.js';

describe('news of a call, told and applied in one statement', () => {
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
    moves.tell({ id, to, carrierSid }, { type: 'carrier.callback', dedupeKey });
  const statusOf = async (id: string) =>
    (await sql.query<{ status: string }>('SELECT status FROM calls WHERE id = $1', [id])).rows[0]!.status;
  const eventsOf = async (id: string) =>
    (await sql.query('SELECT status FROM call_events WHERE call_id = $1 ORDER BY id', [id])).rows.map(
      (row: { status: string }) => row.status,
    );

  it('should move the call and write the event down', async () => {
    const id = await openCall('dialing');
    const sid = nextSid();
    const { isNew, moved } = await tell(id, 'ringing', sid);
    expect({ isNew, id: moved?.id, sid: moved?.carrierSid }).toEqual({ isNew: true, id, sid });
    expect([await statusOf(id), await eventsOf(id)]).toEqual(['ringing', ['ringing']]);
  });

  it('should write late news down and move nothing', async () => {
    const id = await openCall('in-progress');
    expect(await tell(id, 'ringing', nextSid())).toEqual({ isNew: true, moved: null });
    expect([await statusOf(id), await eventsOf(id)]).toEqual(['in-progress', ['ringing']]);
  });

  it('should change nothing on news it knows, nor on a call it does not know', async () => {
    const id = await openCall('dialing');
    const sid = nextSid();
    await tell(id, 'initiated', sid, 'same');
    expect(await tell(id, 'ringing', sid, 'same')).toEqual({ isNew: false, moved: null });
    expect([await statusOf(id), await eventsOf(id)]).toEqual(['initiated', ['initiated']]);
    expect(await tell('01900000-0000-7000-8000-000000000000', 'ringing')).toEqual({
      isNew: false,
      moved: null,
    });
  });

  it.each<[CallStatus, boolean]>([
    ['completed', false],
    ['initiated', true],
  ])('should judge by what the call became (%s) while it waited for it', async (meanwhile, hasMoved) => {
    const id = await openCall('dialing');
    await inTransaction(sql, async (client, commit) => {
      await client.query('UPDATE calls SET status = $2 WHERE id = $1', [id, meanwhile]);
      const told = tell(id, 'ringing', nextSid());
      await untilLocked(sql);
      await commit();
      const { isNew, moved } = await told;
      expect({ isNew, hasMoved: moved !== null }).toEqual({ isNew: true, hasMoved });
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
});
