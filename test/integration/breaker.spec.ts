import pg from 'pg';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Database } from '../../src/database/index.js';
import { BreakerRepository } from '../../src/dialer/breaker.repository.js';
import { insertCampaign, insertCampaignCall } from '../factories/campaign.factory.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

const WINDOW_S = 120;

describe('the record of the carrier', () => {
  let database: TestDatabase;
  let sql: pg.Pool;
  let source: DataSource;
  let records: BreakerRepository;

  beforeAll(async () => {
    database = await createTestDatabase();
    sql = new pg.Pool({ connectionString: database.url, max: 5 });
    source = await new DataSource({ type: 'postgres', url: database.url }).initialize();
    records = new BreakerRepository(new Database(source));
  });
  afterAll(async () => {
    await source.destroy();
    await sql.end();
    await database.drop();
  });

  let sids = 0;
  const ended = (status: string, over: Record<string, unknown> = {}) => ({
    ...{ status, ended_at: new Date(), dialed_at: new Date() },
    carrier_sid: `CA${String((sids += 1)).padStart(32, '0')}`,
    ...over,
  });

  async function call(
    campaignId: string,
    row: Record<string, unknown>,
    event?: [string, string],
  ): Promise<string> {
    const id = await insertCampaignCall(sql, campaignId, row);
    if (event) {
      await sql.query('INSERT INTO call_events (call_id, type, data) VALUES ($1, $2, $3)', [
        ...[id, event[0]],
        JSON.stringify({ code: event[1] }),
      ]);
    }
    return id;
  }

  it.each<[string, Record<string, unknown>, [string, string] | undefined, 'failed' | 'handled' | 'open']>([
    ['an answered call', ended('completed'), undefined, 'handled'],
    ['a busy number', ended('busy'), undefined, 'handled'],
    ['nobody at home', ended('no-answer'), undefined, 'handled'],
    ['a number that is not in service', ended('failed', { error_code: '404' }), undefined, 'handled'],
    ['a refused number', ended('failed', { error_code: '21211', carrier_sid: null }), undefined, 'handled'],
    ['a server failure', ended('failed', { error_code: '503' }), undefined, 'failed'],
    [
      'a lost answer',
      { status: 'unknown', dialed_at: new Date(), error_code: 'NO_ANSWER' },
      ['call.unknown', 'NO_ANSWER'],
      'failed',
    ],
    [
      'a lost answer of a call that went on',
      ended('completed', { error_code: '20500' }),
      ['call.unknown', '20500'],
      'failed',
    ],
    [
      'a carrier that cannot be reached',
      { status: 'queued', dialed_at: new Date(), queue_seq: 1 },
      ['call.requeued', 'NOT_SENT'],
      'failed',
    ],
    [
      'a process of ours that died',
      { status: 'unknown', dialed_at: new Date(), error_code: 'PROCESS_LOST' },
      ['call.unknown', 'PROCESS_LOST'],
      'open',
    ],
    [
      'a process of ours that was late',
      { status: 'queued', dialed_at: new Date(), queue_seq: 1 },
      ['call.requeued', 'TOO_LATE'],
      'open',
    ],
    [
      'a refusal because we are too fast',
      { status: 'queued', dialed_at: new Date(), queue_seq: 1 },
      ['call.requeued', '20429'],
      'open',
    ],
    ['a call under way', { status: 'dialing', dialed_at: new Date() }, undefined, 'open'],
    ['a call that was never dialled', { status: 'queued' }, undefined, 'open'],
  ])('should count %s', async (_, row, event, kind) => {
    const campaignId = await insertCampaign(sql, { status: 'active' });
    const id = await call(campaignId, row, event);
    const expected = { campaignId, failed: Number(kind === 'failed'), handled: Number(kind === 'handled') };
    expect(await records.recordsOf([id], WINDOW_S)).toEqual([expected]);
  });

  it('should look back no further than the window, nor beyond the last start or resume', async () => {
    const since = new Date(Date.now() - 60_000);
    const campaignId = await insertCampaign(sql, { status: 'active', active_since: since });
    const ago = (seconds: number) => ({ created_at: new Date(Date.now() - seconds * 1000) });
    await call(campaignId, ended('failed', { error_code: '500', ...ago(90) }));
    await call(campaignId, ended('failed', { error_code: '500', ...ago(50) }));
    const last = await call(campaignId, ended('failed', { error_code: '500', ...ago(10) }));
    expect(await records.recordsOf([last], WINDOW_S)).toEqual([{ campaignId, failed: 2, handled: 0 }]);
    expect(await records.recordsOf([last], 30)).toEqual([{ campaignId, failed: 1, handled: 0 }]);
  });

  it('should judge each active campaign once, and no other', async () => {
    const active = await insertCampaign(sql, { status: 'active' });
    const paused = await insertCampaign(sql, { status: 'paused' });
    const ids = [active, active, paused].map((id) => call(id, ended('failed', { error_code: '500' })));
    expect(await records.recordsOf(await Promise.all(ids), WINDOW_S)).toEqual([
      { campaignId: active, failed: 2, handled: 0 },
    ]);
  });
});
