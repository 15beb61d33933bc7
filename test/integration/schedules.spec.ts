import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CampaignHooks, CampaignRecount, ScheduleTick } from '../../src/campaigns/index.js';
import { MINUTE, ScheduleWorld, ago } from './schedule-world.js';

describe('the schedule tick', () => {
  let world: ScheduleWorld;
  let tick: ScheduleTick;
  let news: string[] = [];

  beforeAll(async () => {
    world = await ScheduleWorld.start();
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

  it('should start each due campaign exactly once over ten processes', async () => {
    const ticks = [tick];
    for (let i = 1; i < 10; i += 1) {
      const rooms = await world.join();
      listen(rooms.get(CampaignHooks));
      ticks.push(rooms.get(ScheduleTick));
    }
    const ids: string[] = [];
    for (let i = 0; i < 12; i += 1) {
      ids.push(
        await world.campaign({ recurrence: null, row: { status: 'scheduled', scheduled_at: ago(1) } }),
      );
      ids.push(
        await world.campaign({
          recurrence: { reopen: 'failed' },
          leads: [{ status: 'failed', reason: 'busy' }],
        }),
      );
    }
    await Promise.all([...ticks, ...ticks].map((each) => each.mind()));
    await tick.mind();
    expect(news.toSorted()).toEqual(ids.map((id) => `started ${id}`).toSorted());
    for (const id of ids) {
      expect((await world.runsOf(id)).map((run) => [run.number, run.status])).toEqual([[1, 'running']]);
      expect((await world.rowOf(id)).status).toBe('active');
    }
    expect((await world.rooms.get(CampaignRecount).check()).differences).toEqual([]);
  });

  it('should catch up the latest run missed, and write down the others', async () => {
    const midnight = new Date();
    midnight.setUTCHours(0, 0, 0, 0);
    const day = (n: number) => new Date(midnight.getTime() - n * 24 * 60 * MINUTE);
    const id = await world.campaign({ row: { next_run_at: day(3) } });
    await tick.mind();
    expect((await world.runsOf(id)).map((run) => [run.due_at, run.status, run.reason?.code])).toEqual([
      [day(3), 'missed', 'SUPERSEDED'],
      [day(2), 'missed', 'SUPERSEDED'],
      [day(1), 'missed', 'SUPERSEDED'],
      [day(0), 'running', undefined],
    ]);
    expect(await world.rowOf(id)).toMatchObject({ status: 'active', next_run_at: day(-1), runs_left: null });
  });

  it('should start a scheduled campaign late, unless its end has passed', async () => {
    const row = { status: 'scheduled', scheduled_at: ago(600) };
    const late = await world.campaign({
      recurrence: null,
      row: { ...row, end_at: new Date(Date.now() + MINUTE) },
    });
    const over = await world.campaign({ recurrence: null, row: { ...row, end_at: ago(1) } });
    await tick.mind();
    expect((await world.rowOf(late)).status).toBe('active');
    expect(await world.runsOf(late)).toMatchObject([
      { trigger: 'schedule', status: 'running', due_at: row.scheduled_at },
    ]);
    expect(await world.rowOf(over)).toMatchObject({
      status: 'draft',
      paused_reason: { code: 'END_AT_PASSED' },
    });
    expect(await world.runsOf(over)).toMatchObject([{ status: 'missed', reason: { code: 'LATE_END_AT' } }]);
  });

  it('should not catch up a run whose time is over', async () => {
    const id = await world.campaign({ recurrence: { runMinutes: 5 }, row: { next_run_at: ago(6) } });
    const open = await world.campaign({
      recurrence: { runMinutes: 5, cron: '0 0 1 1 *' },
      row: { next_run_at: ago(4) },
    });
    await tick.mind();
    expect(await world.runsOf(open)).toMatchObject([{ status: 'running' }]);
    const runs = await world.runsOf(id);
    // Midnight may have passed within the six minutes.
    expect(runs[0]!.status).toBe('missed');
    if (runs.length === 1) expect(runs[0]!.reason?.code).toBe('LATE_RUN_TIME_UP');
  });

  it.each([
    ['active', 'PREVIOUS_RUN_ACTIVE'],
    ['paused', 'PREVIOUS_RUN_PAUSED'],
  ])('should skip a run that meets a campaign %s', async (status, code) => {
    const id = await world.campaign({ recurrence: { reopen: 'all', cron: '0 0 1 1 *' }, row: { status } });
    await addOther(id);
    await tick.mind();
    expect(await world.runsOf(id)).toMatchObject([{ status: 'skipped', reason: { code } }]);
    expect(await world.rowOf(id)).toMatchObject({ status, paused_reason: null });
    expect(news).toEqual([]);
  });

  /** A lead that a run would re-open. */
  async function addOther(id: string): Promise<void> {
    await world.sql.query(`UPDATE leads SET status = 'failed', reason = 'busy' WHERE campaign_id = $1`, [id]);
  }

  it('should stop what has come to its end, tell the dialer, and leave the next run standing', async () => {
    const ended = await world.campaign({ row: { status: 'active', end_at: ago(0), next_run_at: null } });
    const paused = await world.campaign({
      row: { status: 'paused', run_ends_at: ago(0), next_run_at: new Date(Date.now() + MINUTE) },
    });
    const going = await world.campaign({
      row: { status: 'active', end_at: new Date(Date.now() + MINUTE), next_run_at: null },
    });
    await world.sql.query(
      `INSERT INTO campaign_runs (campaign_id, number, trigger, status, due_at, started_at)
       VALUES ($1, 1, 'recurrence', 'running', now(), now())`,
      [paused],
    );
    await tick.mind();
    expect(await world.rowOf(ended)).toMatchObject({ status: 'stopped', stopped_reason: { code: 'END_AT' } });
    const stopped = await world.rowOf(paused);
    expect(stopped).toMatchObject({
      status: 'stopped',
      stopped_reason: { code: 'RUN_TIME_UP' },
      run_ends_at: null,
    });
    expect(stopped.next_run_at).not.toBeNull();
    expect(await world.runsOf(paused)).toMatchObject([
      { status: 'stopped', reason: { code: 'RUN_TIME_UP' } },
    ]);
    expect((await world.rowOf(going)).status).toBe('active');
    expect(news.toSorted()).toEqual([`halted ${ended}`, `halted ${paused}`].toSorted());
  });

  it('should stop at the end of a run and begin the next one in the same tick', async () => {
    const id = await world.campaign({
      row: { status: 'active', run_ends_at: ago(0) },
      recurrence: { cron: '0 0 1 1 *' },
    });
    await tick.mind();
    expect(news).toEqual([`halted ${id}`, `started ${id}`]);
    expect(await world.rowOf(id)).toMatchObject({
      status: 'active',
      run_ends_at: null,
      stopped_reason: null,
    });
  });

  it('should run no more than maxRuns, and count only what started', async () => {
    const id = await world.campaign({ row: { status: 'scheduled', runs_left: 2 } });
    await tick.mind();
    expect(await world.rowOf(id)).toMatchObject({ status: 'active', runs_left: 1 });
    await world.due(id);
    await tick.mind();
    expect(await world.rowOf(id)).toMatchObject({ runs_left: 1 });
    await world.sql.query(`UPDATE campaigns SET status = 'stopped' WHERE id = $1`, [id]);
    await world.due(id);
    await tick.mind();
    expect(await world.rowOf(id)).toMatchObject({ status: 'active', runs_left: 0, next_run_at: null });
    expect((await world.runsOf(id)).map((run) => run.status)).toEqual(['running', 'skipped', 'running']);
  });

  it('should make a draft of a campaign whose last run could not start, and wait for the next if there is one', async () => {
    const bare = { leads: [], row: { status: 'scheduled', scheduled_at: null } };
    const next = await world.campaign(bare);
    const last = await world.campaign({
      ...bare,
      recurrence: { until: new Date(Date.now() + 1000).toISOString(), cron: '0 0 1 1 *' },
    });
    await tick.mind();
    expect(await world.rowOf(next)).toMatchObject({
      status: 'scheduled',
      paused_reason: { code: 'NO_PENDING_LEADS' },
    });
    expect(await world.rowOf(last)).toMatchObject({ status: 'draft', next_run_at: null });
    for (const id of [next, last]) {
      expect(await world.runsOf(id)).toMatchObject([
        { status: 'not_started', reason: { code: 'NO_PENDING_LEADS' } },
      ]);
    }
  });

  it('should serve the others when one campaign cannot be read', async () => {
    const broken = await world.campaign({
      recurrence: { timezone: 'Mars/Olympus' },
      row: { next_run_at: ago(5) },
    });
    const good = await world.campaign({});
    await tick.mind();
    expect(news).toEqual([`started ${good}`]);
    expect((await world.rowOf(broken)).status).toBe('completed');
  });
});
