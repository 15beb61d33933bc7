import type { TestingModule } from '@nestjs/testing';
import { Test } from '@nestjs/testing';
import { Readable } from 'node:stream';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CampaignCountersRepository, CampaignRemoval } from '../../src/campaigns/index.js';
import { ConfigModule, loadConfig } from '../../src/config/index.js';
import { DatabaseModule } from '../../src/database/index.js';
import { LeadHooks, LeadsModule } from '../../src/leads/index.js';
import { LeadUpload } from '../../src/leads/imports/lead-upload.service.js';
import { ReceivedFile } from '../../src/imports/index.js';
import { LeadIntake } from '../../src/leads/lead-intake.service.js';
import { LeadRemoval } from '../../src/leads/lead-removal.service.js';
import { LeadsService } from '../../src/leads/leads.service.js';
import { QueueModule } from '../../src/queue/index.js';
import { insertCampaign } from '../factories/campaign.factory.js';
import { fictionalNumber, leadBodies } from '../factories/lead.factory.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { createTestRedis, type TestRedis } from '../support/redis.js';
import { codeOf, inTransaction, untilLocked } from './campaign-world.js';

describe('leads, many hands at once', () => {
  let database: TestDatabase;
  let sql: pg.Pool;
  /** Two processes on one database. */
  let rooms: TestingModule[];
  let redis: TestRedis;
  let campaignId: string;

  beforeAll(async () => {
    database = await createTestDatabase();
    sql = new pg.Pool({ connectionString: database.url, max: 5 });
    redis = await createTestRedis();
    rooms = [await open(database.url, redis.url), await open(database.url, redis.url)];
  });
  afterAll(async () => {
    for (const room of rooms) await room.close();
    await sql.end();
    await database.drop();
    await redis.close();
  });
  beforeEach(async () => {
    campaignId = await insertCampaign(sql);
  });

  const part = <T>(type: new (...args: never[]) => T, process = 0): T => rooms[process]!.get<T>(type);

  async function numbers(): Promise<string[]> {
    const { rows } = await sql.query<{ phone_number: string }>(
      'SELECT phone_number FROM leads WHERE campaign_id = $1 ORDER BY phone_number',
      [campaignId],
    );
    return rows.map((row) => row.phone_number);
  }

  async function expectCountersTrue(pending: number): Promise<void> {
    const counters = part(CampaignCountersRepository);
    const read = (await counters.read([campaignId])).get(campaignId);
    expect(read).toEqual(await counters.recount(campaignId));
    expect(read).toMatchObject({ pending });
  }

  async function upload(process: number, from: number, count: number): Promise<number> {
    const rows = leadBodies(count, from).map((lead) => `${lead.phoneNumber},${lead.name}`);
    const bytes = Readable.from([Buffer.from(['phone,name', ...rows.reverse()].join('\n'))]);
    const file = await ReceivedFile.receive(bytes, 'leads.csv', new AbortController().signal);
    try {
      return (await part(LeadUpload, process).import(campaignId, file)).result.stored;
    } finally {
      await file.close();
    }
  }

  it('should add each number once when eight lists of the same numbers come at once, in any order', async () => {
    const lists = Array.from({ length: 8 }, (_, i) => {
      const list = leadBodies(1500, i * 100);
      return i % 2 === 0 ? list : list.reverse();
    });
    const results = await Promise.all(
      lists.map((list, i) => part(LeadIntake, i % 2).addMany(campaignId, list)),
    );
    const expected = Array.from({ length: 2200 }, (_, i) => fictionalNumber(i));
    expect(await numbers()).toEqual(expected.sort());
    expect(results.reduce((sum, result) => sum + result.created, 0)).toBe(2200);
    for (const result of results) expect(result.created + result.duplicates).toBe(1500);
    await expectCountersTrue(2200);
  });

  it('should add each number once when files, lists and single leads come at once', async () => {
    const single = (i: number) => codeOf(part(LeadIntake, i % 2).add(campaignId, leadBodies(1, i * 50)[0]!));
    await Promise.all([
      ...[0, 1, 2].map((i) => upload(i % 2, i * 500, 5000)),
      ...[0, 1, 2, 3].map((i) => part(LeadIntake, i % 2).addMany(campaignId, leadBodies(3000, i * 1000))),
      ...Array.from({ length: 30 }, (_, i) => single(i)),
    ]);
    expect(await numbers()).toHaveLength(6000);
    await expectCountersTrue(6000);
  });

  it('should count right when leads are added, deleted one by one and all together', async () => {
    await part(LeadIntake).addMany(campaignId, leadBodies(500));
    const { rows } = await sql.query<{ id: string }>(
      'SELECT id FROM leads WHERE campaign_id = $1 LIMIT 100',
      [campaignId],
    );
    await Promise.all([
      part(LeadRemoval).deleteAll(campaignId),
      part(LeadRemoval, 1).deleteAll(campaignId),
      part(LeadIntake, 1).addMany(campaignId, leadBodies(500, 400)),
      ...rows.map(({ id }) => codeOf(part(LeadsService).delete(campaignId, id))),
    ]);
    await expectCountersTrue((await numbers()).length);
  });

  it('should never empty a campaign that was started meanwhile', async () => {
    await part(LeadIntake).addMany(campaignId, leadBodies(100));
    await inTransaction(sql, async (client, commit) => {
      await client.query(`UPDATE campaigns SET status = 'active' WHERE id = $1`, [campaignId]);
      const removal = codeOf(part(LeadRemoval).deleteAll(campaignId));
      await untilLocked(sql);
      await commit();
      expect(await removal).toBe('CAMPAIGN_ACTIVE');
    });
    await expectCountersTrue(100);
  });

  it('should not delete a lead whose claim commits first', async () => {
    const lead = await part(LeadIntake).add(campaignId, leadBodies(1)[0]!);
    await inTransaction(sql, async (client, commit) => {
      await client.query(`UPDATE leads SET status = 'calling' WHERE id = $1`, [lead.id]);
      const removal = codeOf(part(LeadsService).delete(campaignId, lead.id));
      const change = codeOf(
        part(LeadsService).update(campaignId, lead.id, { phoneNumber: fictionalNumber(9) }),
      );
      await untilLocked(sql, 2);
      await commit();
      expect(await removal).toBe('LEAD_IN_CALL');
      expect(await change).toBe('LEAD_NOT_PENDING');
    });
  });

  it('should not leave leads in a campaign that is being deleted', async () => {
    const deletion = part(CampaignRemoval).delete(campaignId);
    const results = await Promise.all([
      codeOf(deletion),
      ...[0, 1, 2, 3].map((i) => codeOf(part(LeadIntake, i % 2).addMany(campaignId, leadBodies(300)))),
    ]);
    expect(results[0]).toBe('ok');
    for (const result of results) expect(['ok', 'CAMPAIGN_NOT_FOUND']).toContain(result);
    expect(await numbers()).toEqual([]);
  });

  it('should wait for a delete that is under way, and find the campaign gone', async () => {
    await inTransaction(sql, async (client, commit) => {
      await client.query(`SELECT pg_advisory_xact_lock(hashtextextended('campaign-leads:' || $1::uuid, 0))`, [
        campaignId,
      ]);
      await client.query('DELETE FROM campaigns WHERE id = $1', [campaignId]);
      const late = [
        codeOf(part(LeadIntake).add(campaignId, leadBodies(1)[0]!)),
        codeOf(part(LeadIntake).addMany(campaignId, leadBodies(3))),
        codeOf(upload(0, 0, 10)),
      ];
      await untilLocked(sql, late.length);
      await commit();
      expect(await Promise.all(late)).toEqual(late.map(() => 'CAMPAIGN_NOT_FOUND'));
    });
  });

  it('should take in as many files as come, in turns', async () => {
    const stored = await Promise.all([0, 1, 2, 3, 4].map((i) => upload(0, i * 1000, 1000)));
    expect(stored).toEqual([1000, 1000, 1000, 1000, 1000]);
    await expectCountersTrue(5000);
  });

  it('should tell those above after the commit, only of new leads, and survive their failures', async () => {
    const told: [string, number][] = [];
    const hook = {
      leadsAdded: async (id: string) => {
        const { rows } = await sql.query<{ n: number }>(
          'SELECT count(*)::int AS n FROM leads WHERE campaign_id = $1',
          [id],
        );
        told.push([id, rows[0]!.n]);
        throw new Error('Redis is away');
      },
    };
    part(LeadHooks, 1).added.add(hook);
    const intake = part(LeadIntake, 1);
    await intake.addMany(campaignId, leadBodies(3));
    await intake.addMany(campaignId, leadBodies(3));
    await intake.add(campaignId, leadBodies(1, 3)[0]!);
    await upload(1, 0, 6);
    expect(told).toEqual([
      [campaignId, 3],
      [campaignId, 4],
      [campaignId, 6],
    ]);
  });
});

async function open(databaseUrl: string, redisUrl: string): Promise<TestingModule> {
  const config = loadConfig({ DATABASE_URL: databaseUrl, REDIS_URL: redisUrl });
  const imports = [ConfigModule.forRoot(config), DatabaseModule, QueueModule, LeadsModule];
  const room = await Test.createTestingModule({ imports }).compile();
  return room.init();
}
