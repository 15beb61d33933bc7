import { once } from 'node:events';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CampaignCountersRepository, CampaignRecount } from '../../src/campaigns/index.js';
import { insertCampaign, insertCampaignCall, insertCampaignLead } from '../factories/campaign.factory.js';
import { ROOT } from '../support/build.js';
import { createTestDatabase } from '../support/database.js';
import { spawnNode } from '../support/processes.js';
import { inTransaction, startCampaignWorld, untilLocked, type CampaignWorld } from './campaign-world.js';

const ENDED = {
  status: 'completed',
  outcome: 'answered',
  duration_ms: 2500,
  carrier_sid: `CA${'1'.repeat(32)}`,
};

describe('a recount', () => {
  let world: CampaignWorld;
  let recount: CampaignRecount;
  let counters: CampaignCountersRepository;

  beforeAll(async () => {
    world = await startCampaignWorld();
    recount = world.rooms.get(CampaignRecount, { strict: false });
    counters = world.rooms.get(CampaignCountersRepository);
  });
  afterAll(() => world.close());

  async function campaignWithoutCounters(): Promise<string> {
    const id = await insertCampaign(world.sql);
    for (const status of ['pending', 'pending', 'failed'])
      await insertCampaignLead(world.sql, id, { status });
    return id;
  }

  it('should find what differs, mend it, and then find nothing', async () => {
    const id = await campaignWithoutCounters();
    await insertCampaignCall(world.sql, id, { ...ENDED, cost_micros: 40_000 });
    const wrong = [
      { counter: 'pending', kept: 0, counted: 2 },
      { counter: 'failed', kept: 0, counted: 1 },
      { counter: 'successfulCalls', kept: 0, counted: 1 },
      { counter: 'talkMs', kept: 0, counted: 2500 },
      { counter: 'spendMicros', kept: 0, counted: 40_000 },
    ];
    expect((await recount.check()).differences).toEqual([{ campaignId: id, wrong }]);
    expect((await recount.mend()).differences).toEqual([{ campaignId: id, wrong }]);
    expect((await recount.check()).differences).toEqual([]);
    expect((await counters.read([id])).get(id)).toMatchObject({ totalLeads: 3, totalCalls: 1, talkMs: 2500 });
  });

  it('should mend to the lead while leads are moved', async () => {
    const id = await campaignWithoutCounters();
    await recount.mend();
    await world.sql.query(
      'UPDATE campaign_counters SET pending = pending + 5 WHERE campaign_id = $1 AND shard = 3',
      [id],
    );
    let mended: Promise<unknown> | undefined;
    await inTransaction(world.sql, async (mover) => {
      await mover.query(
        `UPDATE leads SET status = 'completed' WHERE campaign_id = $1 AND status = 'pending'`,
        [id],
      );
      await mover.query(
        'UPDATE campaign_counters SET pending = pending - 2, completed = completed + 2 WHERE campaign_id = $1 AND shard = 1',
        [id],
      );
      mended = recount.mend();
      await untilLocked(world.sql);
    });
    await mended;
    expect((await recount.check()).differences).toEqual([]);
    expect((await counters.read([id])).get(id)).toMatchObject({ pending: 0, completed: 2, failed: 1 });
  });
});

describe('the recount tool', () => {
  async function run(url: string, ...args: string[]): Promise<{ code: number; output: string }> {
    const child = await spawnNode([join(ROOT, 'dist', 'src', 'recount.main.js'), ...args], {
      DATABASE_URL: url,
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk) => (output += String(chunk)));
    const [code] = (await once(child, 'close')) as [number];
    return { code, output };
  }

  it('should exit with 1 where a check finds a difference, and mend without --check', async () => {
    const database = await createTestDatabase();
    const sql = new pg.Client({ connectionString: database.url });
    await sql.connect();
    try {
      const id = await insertCampaign(sql);
      await insertCampaignLead(sql, id);
      const found = await run(database.url, '--check');
      expect([found.code, found.output]).toEqual([
        1,
        expect.stringContaining(`${id}: pending 0, counted 1\n`),
      ]);
      expect((await run(database.url)).code).toBe(0);
      const again = await run(database.url, '--check');
      expect([again.code, again.output]).toEqual([0, '1 campaigns, 0 with wrong counters.\n']);
      expect((await run(database.url, '--chek')).code).toBe(2);
    } finally {
      await sql.end();
      await database.drop();
    }
  });
});
