import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  CampaignCountersRepository,
  CampaignHooks,
  CampaignRecount,
  ScheduleTick,
} from '../../src/campaigns/index.js';
import type { ReopenRule } from '../../src/campaigns/schedule/recurrence.js';
import { FOR_GOOD, isReopened } from '../../src/campaigns/schedule/reopen.js';
import { newId } from '../../src/common/index.js';
import { insertCampaign } from '../factories/campaign.factory.js';
import { startCampaignWorld, type CampaignWorld } from './campaign-world.js';

const MINUTE = 60_000;
const ago = (minutes: number): Date => new Date(Date.now() - minutes * MINUTE);

interface LeadRow {
  status: string;
  reason: string | null;
}

interface RunRow {
  number: number;
  trigger: string;
  status: string;
  reason: { code: string } | null;
  due_at: Date;
  leads_reopened: number;
  leads_pending: number;
}

describe('the schedule tick', () => {
  let world: CampaignWorld;
  let tick: ScheduleTick;
  let news: string[] = [];

  beforeAll(async () => {
    world = await startCampaignWorld();
    tick = world.rooms.get(ScheduleTick);
    listen(world.rooms.get(CampaignHooks));
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    news = [];
    await world.sql.query('DELETE FROM campaigns');
  });

  function listen(hooks: CampaignHooks): void {
    hooks.lifecycle.add({
      started: async (id) => void news.push(`started ${id}`),
      halted: async (id) => void news.push(`halted ${id}`),
    });
  }

  /** Recurring since long, due now unless told otherwise, with its leads counted. */
  async function campaign(o: {
    row?: Record<string, unknown>;
    recurrence?: object | null;
    leads?: LeadRow[];
  }): Promise<string> {
    const { row = {}, recurrence = {}, leads = [{ status: 'pending', reason: null }] } = o;
    const base = {
      cron: '0 0 * * *',
      timezone: 'UTC',
      reopen: 'none',
      until: null,
      maxRuns: null,
      runMinutes: null,
    };
    const recurring = { recurrence: JSON.stringify({ ...base, ...recurrence }), next_run_at: ago(0) };
    const id = await insertCampaign(world.sql, { status: 'completed', ...(recurrence && recurring), ...row });
    await addLeads(id, leads);
    return id;
  }

  async function addLeads(id: string, leads: LeadRow[]): Promise<void> {
    await world.sql.query(
      `INSERT INTO leads (id, campaign_id, phone_number, status, reason, attempts)
       SELECT id, $1, '+1202555' || lpad(n::text, 8, '0'), status, reason, 3
       FROM unnest($2::uuid[], $3::text[], $4::text[]) WITH ORDINALITY AS l (id, status, reason, n)`,
      [id, leads.map(() => newId()), leads.map((lead) => lead.status), leads.map((lead) => lead.reason)],
    );
    await world.sql.query(
      `INSERT INTO campaign_counters (campaign_id, shard, pending, calling, completed, failed)
       SELECT $1, 0, count(*) FILTER (WHERE status = 'pending'), count(*) FILTER (WHERE status = 'calling'),
         count(*) FILTER (WHERE status = 'completed'), count(*) FILTER (WHERE status = 'failed')
       FROM leads WHERE campaign_id = $1`,
      [id],
    );
  }

  async function rowOf(id: string): Promise<Record<string, unknown>> {
    return (await world.sql.query('SELECT * FROM campaigns WHERE id = $1', [id])).rows[0];
  }

  async function runsOf(id: string): Promise<RunRow[]> {
    return (
      await world.sql.query<RunRow>('SELECT * FROM campaign_runs WHERE campaign_id = $1 ORDER BY number', [
        id,
      ])
    ).rows;
  }

  const due = (id: string, at = ago(0)) =>
    world.sql.query('UPDATE campaigns SET next_run_at = $2 WHERE id = $1', [id, at]);

  it('should start each due campaign exactly once over ten processes', async () => {
    const ticks = [tick];
    for (let i = 1; i < 10; i += 1) {
      const rooms = await world.join();
      listen(rooms.get(CampaignHooks));
      ticks.push(rooms.get(ScheduleTick));
    }
    const ids: string[] = [];
    for (let i = 0; i < 12; i += 1) {
      ids.push(await campaign({ recurrence: null, row: { status: 'scheduled', scheduled_at: ago(1) } }));
      ids.push(
        await campaign({ recurrence: { reopen: 'failed' }, leads: [{ status: 'failed', reason: 'busy' }] }),
      );
    }
    await Promise.all([...ticks, ...ticks].map((each) => each.mind()));
    await tick.mind();
    expect(news.toSorted()).toEqual(ids.map((id) => `started ${id}`).toSorted());
    for (const id of ids) {
      expect((await runsOf(id)).map((run) => [run.number, run.status])).toEqual([[1, 'running']]);
      expect((await rowOf(id)).status).toBe('active');
    }
    expect((await world.rooms.get(CampaignRecount).check()).differences).toEqual([]);
  });

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
          const id = await campaign({ recurrence: { reopen }, leads });
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
          const [run] = await runsOf(id);
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
    const id = await campaign({ recurrence: { reopen: 'all' }, leads });
    const { rows } = await world.sql.query<{ id: string }>(
      'SELECT id FROM leads WHERE campaign_id = $1 ORDER BY id OFFSET 999 LIMIT 1',
      [id],
    );
    await world.sql.query(
      `INSERT INTO campaign_runs (campaign_id, number, trigger, status, due_at, reopen, opened_through, leads_reopened)
       VALUES ($1, 1, 'recurrence', 'opening', now(), 'all', $2, 1000)`,
      [id, rows[0]!.id],
    );
    await due(id, new Date(Date.now() + MINUTE));
    for (let i = 0; i < 20 && (await rowOf(id)).status !== 'active'; i += 1) await tick.mind();
    expect(await runsOf(id)).toMatchObject([
      { status: 'running', leads_reopened: 12_000, leads_pending: 11_000 },
    ]);
    const counters = world.rooms.get(CampaignCountersRepository);
    expect((await counters.read([id])).get(id)).toMatchObject({ pending: 11_000, failed: 1000 });
    expect(await counters.recount(id)).toMatchObject({ pending: 11_000, failed: 1000 });
  });

  it('should catch up the latest run missed, and write down the others', async () => {
    const midnight = new Date();
    midnight.setUTCHours(0, 0, 0, 0);
    const day = (n: number) => new Date(midnight.getTime() - n * 24 * 60 * MINUTE);
    const id = await campaign({ row: { next_run_at: day(3) } });
    await tick.mind();
    expect((await runsOf(id)).map((run) => [run.due_at, run.status, run.reason?.code])).toEqual([
      [day(3), 'missed', 'SUPERSEDED'],
      [day(2), 'missed', 'SUPERSEDED'],
      [day(1), 'missed', 'SUPERSEDED'],
      [day(0), 'running', undefined],
    ]);
    expect(await rowOf(id)).toMatchObject({ status: 'active', next_run_at: day(-1), runs_left: null });
  });

  it('should start a scheduled campaign late, unless its end has passed', async () => {
    const row = { status: 'scheduled', scheduled_at: ago(600) };
    const late = await campaign({ recurrence: null, row: { ...row, end_at: new Date(Date.now() + MINUTE) } });
    const over = await campaign({ recurrence: null, row: { ...row, end_at: ago(1) } });
    await tick.mind();
    expect((await rowOf(late)).status).toBe('active');
    expect(await runsOf(late)).toMatchObject([
      { trigger: 'schedule', status: 'running', due_at: row.scheduled_at },
    ]);
    expect(await rowOf(over)).toMatchObject({ status: 'draft', paused_reason: { code: 'END_AT_PASSED' } });
    expect(await runsOf(over)).toMatchObject([{ status: 'missed', reason: { code: 'LATE_END_AT' } }]);
  });

  it('should not catch up a run whose time is over', async () => {
    const id = await campaign({ recurrence: { runMinutes: 5 }, row: { next_run_at: ago(6) } });
    const open = await campaign({
      recurrence: { runMinutes: 5, cron: '0 0 1 1 *' },
      row: { next_run_at: ago(4) },
    });
    await tick.mind();
    expect(await runsOf(open)).toMatchObject([{ status: 'running' }]);
    const runs = await runsOf(id);
    // Midnight may have passed within the six minutes.
    expect(runs[0]!.status).toBe('missed');
    if (runs.length === 1) expect(runs[0]!.reason?.code).toBe('LATE_RUN_TIME_UP');
  });

  it.each([
    ['active', 'PREVIOUS_RUN_ACTIVE'],
    ['paused', 'PREVIOUS_RUN_PAUSED'],
  ])('should skip a run that meets a campaign %s', async (status, code) => {
    const id = await campaign({ recurrence: { reopen: 'all', cron: '0 0 1 1 *' }, row: { status } });
    await addOther(id);
    await tick.mind();
    expect(await runsOf(id)).toMatchObject([{ status: 'skipped', reason: { code } }]);
    expect(await rowOf(id)).toMatchObject({ status, paused_reason: null });
    expect(news).toEqual([]);
  });

  /** A lead that a run would re-open. */
  async function addOther(id: string): Promise<void> {
    await world.sql.query(`UPDATE leads SET status = 'failed', reason = 'busy' WHERE campaign_id = $1`, [id]);
  }

  it('should stop what has come to its end, tell the dialer, and leave the next run standing', async () => {
    const ended = await campaign({ row: { status: 'active', end_at: ago(0), next_run_at: null } });
    const paused = await campaign({
      row: { status: 'paused', run_ends_at: ago(0), next_run_at: new Date(Date.now() + MINUTE) },
    });
    const going = await campaign({
      row: { status: 'active', end_at: new Date(Date.now() + MINUTE), next_run_at: null },
    });
    await world.sql.query(
      `INSERT INTO campaign_runs (campaign_id, number, trigger, status, due_at, started_at)
       VALUES ($1, 1, 'recurrence', 'running', now(), now())`,
      [paused],
    );
    await tick.mind();
    expect(await rowOf(ended)).toMatchObject({ status: 'stopped', stopped_reason: { code: 'END_AT' } });
    const stopped = await rowOf(paused);
    expect(stopped).toMatchObject({
      status: 'stopped',
      stopped_reason: { code: 'RUN_TIME_UP' },
      run_ends_at: null,
    });
    expect(stopped.next_run_at).not.toBeNull();
    expect(await runsOf(paused)).toMatchObject([{ status: 'stopped', reason: { code: 'RUN_TIME_UP' } }]);
    expect((await rowOf(going)).status).toBe('active');
    expect(news.toSorted()).toEqual([`halted ${ended}`, `halted ${paused}`].toSorted());
  });

  it('should stop at the end of a run and begin the next one in the same tick', async () => {
    const id = await campaign({
      row: { status: 'active', run_ends_at: ago(0) },
      recurrence: { cron: '0 0 1 1 *' },
    });
    await tick.mind();
    expect(news).toEqual([`halted ${id}`, `started ${id}`]);
    expect(await rowOf(id)).toMatchObject({ status: 'active', run_ends_at: null, stopped_reason: null });
  });

  it('should run no more than maxRuns, and count only what started', async () => {
    const id = await campaign({ row: { status: 'scheduled', runs_left: 2 } });
    await tick.mind();
    expect(await rowOf(id)).toMatchObject({ status: 'active', runs_left: 1 });
    await due(id);
    await tick.mind();
    expect(await rowOf(id)).toMatchObject({ runs_left: 1 });
    await world.sql.query(`UPDATE campaigns SET status = 'stopped' WHERE id = $1`, [id]);
    await due(id);
    await tick.mind();
    expect(await rowOf(id)).toMatchObject({ status: 'active', runs_left: 0, next_run_at: null });
    expect((await runsOf(id)).map((run) => run.status)).toEqual(['running', 'skipped', 'running']);
  });

  it('should make a draft of a campaign whose last run could not start, and wait for the next if there is one', async () => {
    const bare = { leads: [], row: { status: 'scheduled', scheduled_at: null } };
    const next = await campaign(bare);
    const last = await campaign({
      ...bare,
      recurrence: { until: new Date(Date.now() + 1000).toISOString(), cron: '0 0 1 1 *' },
    });
    await tick.mind();
    expect(await rowOf(next)).toMatchObject({
      status: 'scheduled',
      paused_reason: { code: 'NO_PENDING_LEADS' },
    });
    expect(await rowOf(last)).toMatchObject({ status: 'draft', next_run_at: null });
    for (const id of [next, last]) {
      expect(await runsOf(id)).toMatchObject([
        { status: 'not_started', reason: { code: 'NO_PENDING_LEADS' } },
      ]);
    }
  });

  it('should serve the others when one campaign cannot be read', async () => {
    const broken = await campaign({ recurrence: { timezone: 'Mars/Olympus' }, row: { next_run_at: ago(5) } });
    const good = await campaign({});
    await tick.mind();
    expect(news).toEqual([`started ${good}`]);
    expect((await rowOf(broken)).status).toBe('completed');
  });
});
