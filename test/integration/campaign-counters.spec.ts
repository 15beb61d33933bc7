import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CampaignCountersRepository, type CounterDelta } from '../../src/campaigns/index.js';
import { newId } from '../../src/common/index.js';
import { Database } from '../../src/database/index.js';
import { insertCampaign, insertCampaignCall, insertCampaignLead } from '../factories/campaign.factory.js';
import { startCampaignWorld, type CampaignWorld } from './campaign-world.js';

const ZERO = {
  pending: 0,
  calling: 0,
  completed: 0,
  failed: 0,
  successfulCalls: 0,
  failedCalls: 0,
  talkMs: 0,
  spendMicros: 0,
  totalLeads: 0,
  totalCalls: 0,
};

describe('campaign counters', () => {
  let world: CampaignWorld;
  let counters: CampaignCountersRepository;
  let database: Database;

  beforeAll(async () => {
    world = await startCampaignWorld();
    counters = world.rooms.get(CampaignCountersRepository);
    database = world.rooms.get(Database);
  });
  afterAll(() => world.close());

  const apply = (id: string, delta: CounterDelta): Promise<void> =>
    database.transaction((tx) => counters.apply(tx, id, delta));

  it('should read zeros, as numbers, where nothing was counted', async () => {
    const id = newId();
    expect(await counters.read([id])).toEqual(new Map([[id, ZERO]]));
    expect(await counters.read([])).toEqual(new Map());
  });

  it('should add up whatever is applied at the same time, over the shards', async () => {
    const step = fc.record(
      {
        pending: fc.integer({ min: -1000, max: 1000 }),
        calling: fc.integer({ min: -1000, max: 1000 }),
        failedCalls: fc.integer({ min: 0, max: 10 }),
        talkMs: fc.integer({ min: 0, max: 2 ** 40 }),
        spendMicros: fc.integer({ min: 0, max: 2 ** 40 }),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const id = await insertCampaign(world.sql);
        await Promise.all(steps.map((delta) => apply(id, delta)));
        const sum = (name: keyof CounterDelta) =>
          steps.reduce((total, delta: CounterDelta) => total + (delta[name] ?? 0), 0);
        expect((await counters.read([id])).get(id)).toEqual({
          ...ZERO,
          pending: sum('pending'),
          calling: sum('calling'),
          failedCalls: sum('failedCalls'),
          talkMs: sum('talkMs'),
          spendMicros: sum('spendMicros'),
          totalLeads: sum('pending') + sum('calling'),
          totalCalls: sum('failedCalls'),
        });
      }),
      { numRuns: 25 },
    );
  });

  it('should use several rows, never more than eight', async () => {
    const id = await insertCampaign(world.sql);
    for (let i = 0; i < 60; i += 1) await apply(id, { pending: 1 });
    const { rows } = await world.sql.query('SELECT shard FROM campaign_counters WHERE campaign_id = $1', [
      id,
    ]);
    expect(rows.length).toBeGreaterThan(2);
    expect(rows.length).toBeLessThanOrEqual(8);
  });

  it('should not deadlock when many transactions count the same campaigns in opposite orders', async () => {
    const ids = [];
    for (let i = 0; i < 6; i += 1) ids.push(await insertCampaign(world.sql));
    const upwards = new Map(ids.map((id) => [id, { pending: 1 }]));
    const downwards = new Map([...upwards].reverse());
    await Promise.all(
      Array.from({ length: 60 }, (_, i) =>
        database.transaction((tx) => counters.applyMany(tx, i % 2 ? upwards : downwards)),
      ),
    );
    const totals = await counters.read(ids);
    expect([...totals.values()].map((each) => each.pending)).toEqual(ids.map(() => 60));
  });

  it('should take nothing back that a rolled back transaction counted', async () => {
    const id = await insertCampaign(world.sql);
    const broken = database.transaction(async (tx) => {
      await counters.apply(tx, id, { pending: 5 });
      throw new Error('rolled back');
    });
    await expect(broken).rejects.toThrow('rolled back');
    expect((await counters.read([id])).get(id)).toEqual(ZERO);
  });

  it('should equal a recount of leads and calls', async () => {
    const id = await insertCampaign(world.sql);
    for (const status of ['pending', 'pending', 'calling', 'completed', 'failed']) {
      await insertCampaignLead(world.sql, id, { status });
    }
    const calls = [
      { status: 'completed', outcome: 'answered', carrier_sid: 'CA1', duration_ms: 8000 },
      { status: 'completed', outcome: 'voicemail', carrier_sid: 'CA2', duration_ms: 4000 },
      { status: 'busy', outcome: 'busy', carrier_sid: 'CA3', duration_ms: 0 },
      { status: 'canceled', outcome: 'canceled', carrier_sid: 'CA4' },
      // The carrier never had these two, and the last has not ended.
      { status: 'canceled', outcome: 'canceled' },
      { status: 'failed', outcome: 'failed', error_code: '21211' },
      { status: 'in-progress', carrier_sid: 'CA5' },
    ];
    for (const call of calls) await insertCampaignCall(world.sql, id, call);
    await apply(id, { pending: 2, calling: 1, completed: 1, failed: 1 });
    await apply(id, { successfulCalls: 2, failedCalls: 2, talkMs: 12_000 });
    const totals = (await counters.read([id])).get(id);
    expect(await counters.recount(id)).toEqual(totals);
    expect(totals).toMatchObject({ totalLeads: 5, totalCalls: 4 });
  });
});
