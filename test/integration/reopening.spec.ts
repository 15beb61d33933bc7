import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CampaignCountersRepository, ScheduleTick } from '../../src/campaigns/index.js';
import type { ReopenRule } from '../../src/campaigns/schedule/recurrence.js';
import { FOR_GOOD, isReopened } from '../../src/campaigns/schedule/reopen.js';
import { MINUTE, ScheduleWorld, type LeadRow } from './schedule-world.js';

describe('a run that calls leads again', () => {
  let world: ScheduleWorld;
  let tick: ScheduleTick;

  beforeAll(async () => {
    world = await ScheduleWorld.start();
    tick = world.rooms.get(ScheduleTick);
  });
  afterAll(() => world.close());

  it('should re-open just the leads that the rule names, and count them', async () => {
    const reasons = [
      'answered',
      'voicemail',
      'busy',
      'no_answer',
      'failed',
      'carrier_21211',
      'carrierless',
      ...FOR_GOOD,
    ];
    const lead = fc.record({
      status: fc.constantFrom('pending', 'calling', 'completed', 'failed'),
      reason: fc.constantFrom(null, ...reasons),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom<ReopenRule>('none', 'failed', 'unreached', 'all'),
        fc.array(lead, { minLength: 1, maxLength: 40 }),
        async (reopen, leads) => {
          const id = await world.campaign({ recurrence: { reopen }, leads });
          await tick.mind();
          const { rows } = await world.sql.query<LeadRow & { attempts: number }>(
            'SELECT status, reason, attempts FROM leads WHERE campaign_id = $1 ORDER BY id',
            [id],
          );
          const expected = leads.map((each) =>
            isReopened(reopen, each)
              ? { status: 'pending', reason: null, attempts: 0 }
              : { ...each, attempts: 3 },
          );
          expect(rows).toEqual(expected);
          const counters = world.rooms.get(CampaignCountersRepository);
          expect((await counters.read([id])).get(id)).toEqual(await counters.recount(id));
          const pending = expected.filter((each) => each.status === 'pending').length;
          const [run] = await world.runsOf(id);
          expect(run).toMatchObject({
            status: pending > 0 ? 'running' : 'not_started',
            leads_reopened: leads.filter((each) => isReopened(reopen, each)).length,
            leads_pending: pending,
          });
        },
      ),
      { numRuns: 40 },
    );
  });

  it('should open a long list in batches, and go on where a crash left it', async () => {
    const leads = Array.from({ length: 12_000 }, () => ({ status: 'failed', reason: 'busy' }));
    const id = await world.campaign({ recurrence: { reopen: 'all' }, leads });
    const { rows } = await world.sql.query<{ id: string }>(
      'SELECT id FROM leads WHERE campaign_id = $1 ORDER BY id OFFSET 999 LIMIT 1',
      [id],
    );
    await world.sql.query(
      `INSERT INTO campaign_runs (campaign_id, number, trigger, status, due_at, reopen, opened_through, leads_reopened)
       VALUES ($1, 1, 'recurrence', 'opening', now(), 'all', $2, 1000)`,
      [id, rows[0]!.id],
    );
    await world.due(id, new Date(Date.now() + MINUTE));
    for (let i = 0; i < 20 && (await world.rowOf(id)).status !== 'active'; i += 1) await tick.mind();
    expect(await world.runsOf(id)).toMatchObject([
      { status: 'running', leads_reopened: 12_000, leads_pending: 11_000 },
    ]);
    const counters = world.rooms.get(CampaignCountersRepository);
    expect((await counters.read([id])).get(id)).toMatchObject({ pending: 11_000, failed: 1000 });
    expect(await counters.recount(id)).toMatchObject({ pending: 11_000, failed: 1000 });
  });
});
