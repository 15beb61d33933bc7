import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertCampaign, insertCampaignLead } from '../factories/campaign.factory.js';
import { startTestApp, type TestApp } from '../support/app.js';

interface Body {
  success: boolean;
  code?: string;
  error?: string;
  data: Record<string, unknown> & { id: string };
  errors?: { field: string; message: string }[];
}

const HOUR = 3_600_000;
const DAILY = { cron: '0 9 * * *', timezone: 'UTC' };
const inHours = (hours: number): string => new Date(Date.now() + hours * HOUR).toISOString();

/** What the API says of schedules; an api process alone starts nothing. */
describe('schedules over HTTP', () => {
  let app: TestApp;
  let sql: pg.Pool;

  beforeAll(async () => {
    app = await startTestApp({ ROLE: 'api' });
    sql = new pg.Pool({ connectionString: app.database.url, max: 2 });
  });
  afterAll(async () => {
    await sql.end();
    await app.close();
  });

  async function rowOf(id: string): Promise<Record<string, unknown>> {
    return (await sql.query('SELECT * FROM campaigns WHERE id = $1', [id])).rows[0];
  }

  async function create(fields: object): Promise<Body['data']> {
    const { status, body } = await app.post<Body>('/campaigns', { name: 'A schedule', ...fields });
    expect([status, body.code]).toEqual([201, undefined]);
    return body.data;
  }

  async function refusalOf(fields: object): Promise<string | undefined> {
    const { status, body } = await app.post<Body>('/campaigns', { name: 'A schedule', ...fields });
    expect(status).toBe(400);
    return body.code;
  }

  it('should make a recurring campaign that shows its next run', async () => {
    const recurrence = {
      cron: '0 9 * * 1-5',
      timezone: 'Europe/London',
      reopen: 'unreached',
      runMinutes: 480,
    };
    const made = await create({ recurrence, endAt: inHours(24 * 30) });
    expect(made).toMatchObject({
      status: 'scheduled',
      scheduledAt: null,
      stoppedReason: null,
      recurrence: { ...recurrence, until: null, maxRuns: null },
    });
    const next = new Date(made.nextRunAt as string);
    expect(next.getTime()).toBeGreaterThan(Date.now());
    const shown = next.toLocaleTimeString('en-GB', { timeZone: 'Europe/London' });
    expect(shown).toBe('09:00:00');
    expect(await rowOf(made.id)).toMatchObject({ next_run_at: next, runs_left: null });
  });

  it('should refuse what cannot be, by name', async () => {
    expect(await refusalOf({ scheduledAt: inHours(-1) })).toBe('SCHEDULED_IN_PAST');
    expect(await refusalOf({ endAt: inHours(-1) })).toBe('END_IN_PAST');
    expect(await refusalOf({ scheduledAt: inHours(2), endAt: inHours(1) })).toBe('ENDS_BEFORE_START');
    expect(await refusalOf({ recurrence: { ...DAILY, until: inHours(-1) } })).toBe('RECURRENCE_NEVER_RUNS');
    expect(await refusalOf({ recurrence: DAILY, endAt: new Date(Date.now() + 1000) })).toBe(
      'RECURRENCE_NEVER_RUNS',
    );
  });

  it.each([
    ['recurrence', 'daily'],
    ['recurrence', []],
    ['recurrence.cron', { timezone: 'UTC' }],
    ['recurrence.cron', { ...DAILY, cron: '0 0 9 * * *' }],
    ['recurrence.cron', { ...DAILY, cron: '* * * * *' }],
    ['recurrence.cron', { ...DAILY, cron: '0 0 30 2 *' }],
    ['recurrence.cron', { ...DAILY, cron: 'soon' }],
    ['recurrence.cron', { ...DAILY, cron: 5 }],
    ['recurrence.timezone', { cron: '0 9 * * *' }],
    ['recurrence.timezone', { ...DAILY, timezone: '+05:30' }],
    ['recurrence.timezone', { ...DAILY, timezone: 'Mars/Olympus' }],
    ['recurrence.reopen', { ...DAILY, reopen: 'everybody' }],
    ['recurrence.until', { ...DAILY, until: '2099-01-01' }],
    ['recurrence.maxRuns', { ...DAILY, maxRuns: 0 }],
    ['recurrence.runMinutes', { ...DAILY, runMinutes: 1.5 }],
    ['recurrence.surprise', { ...DAILY, surprise: 1 }],
  ])('should refuse a wrong %s: %j', async (field, recurrence) => {
    const { status, body } = await app.post<Body>('/campaigns', { name: 'x', recurrence });
    expect([status, body.code]).toEqual([400, 'VALIDATION_FAILED']);
    expect(body.errors?.map((error) => error.field)).toEqual([field]);
  });

  it('should unschedule, and leave nothing behind', async () => {
    const { id } = await create({ recurrence: DAILY, scheduledAt: inHours(1), endAt: inHours(100) });
    const put = (fields: object) => app.put<Body>(`/campaigns/${id}`, fields);
    expect((await put({ scheduledAt: null })).body.data).toMatchObject({
      status: 'scheduled',
      scheduledAt: null,
    });
    const bare = (await put({ recurrence: null, endAt: null })).body.data;
    expect(bare).toMatchObject({ status: 'draft', recurrence: null, nextRunAt: null, endAt: null });
    const { rows } = await sql.query('SELECT 1 FROM campaigns WHERE id = $1 AND recurrence IS NULL', [id]);
    expect(rows).toHaveLength(1);
  });

  it.each(['stopped', 'completed'])('should schedule a %s campaign anew', async (status) => {
    const id = await insertCampaign(sql, { status, scheduled_at: new Date(0) });
    const refused = await app.put<Body>(`/campaigns/${id}`, { scheduledAt: inHours(-1) });
    expect([refused.status, refused.body.code]).toEqual([400, 'SCHEDULED_IN_PAST']);
    const scheduledAt = inHours(1);
    const { body } = await app.put<Body>(`/campaigns/${id}`, { scheduledAt });
    expect(body.data).toMatchObject({ status: 'scheduled', scheduledAt, nextRunAt: scheduledAt });
  });

  it('should refuse to start or resume once the end has come', async () => {
    const past = { end_at: new Date(Date.now() - 1000) };
    const [rest, paused] = [
      await insertCampaign(sql, { ...past, status: 'stopped' }),
      await insertCampaign(sql, { ...past, status: 'paused' }),
    ];
    await insertCampaignLead(sql, rest);
    expect((await app.post<Body>(`/campaigns/${rest}/start`)).body.code).toBe('END_AT_PASSED');
    expect((await app.post<Body>(`/campaigns/${paused}/resume`)).body.code).toBe('END_AT_PASSED');
    await app.put(`/campaigns/${rest}`, { endAt: inHours(1) });
    expect((await app.post<Body>(`/campaigns/${rest}/start`)).status).toBe(200);
  });

  it('should end a recurrence with a stop by hand, and go on with it from the next start', async () => {
    const { id } = await create({ recurrence: { ...DAILY, maxRuns: 5 } });
    await insertCampaignLead(sql, id);
    await sql.query('INSERT INTO campaign_counters (campaign_id, shard, pending) VALUES ($1, 0, 1)', [id]);
    const look = async () => (await app.get<Body>(`/campaigns/${id}`)).body.data;
    const { nextRunAt } = await look();
    await app.post(`/campaigns/${id}/start`);
    expect(await look()).toMatchObject({ status: 'active', nextRunAt });
    await app.post(`/campaigns/${id}/stop`);
    expect(await look()).toMatchObject({ status: 'stopped', nextRunAt: null, stoppedReason: null });
    await app.post(`/campaigns/${id}/start`);
    expect(await look()).toMatchObject({ status: 'active', nextRunAt });
    const runs = await app.get<{ data: object[]; pagination: object }>(`/campaigns/${id}/runs`);
    expect(runs.body.data).toMatchObject([
      { number: 2, trigger: 'manual', status: 'running', dueAt: null, endedAt: null },
      { number: 1, trigger: 'manual', status: 'stopped', reason: null, leadsPending: 1, totalCalls: 0 },
    ]);
    expect(runs.body.pagination).toMatchObject({ total: 2, page: 1, nextCursor: null });
  });

  it('should page through runs, and tell whose calls were whose', async () => {
    const id = await insertCampaign(sql, { status: 'completed' });
    await sql.query(
      `INSERT INTO campaign_runs (campaign_id, number, trigger, status, due_at, started_at, ended_at,
         successful_before, failed_before)
       SELECT $1, n, 'recurrence', CASE WHEN n = 3 THEN 'skipped' ELSE 'completed' END, now(),
         CASE WHEN n <> 3 THEN now() END, now(), CASE WHEN n <> 3 THEN n * 10 ELSE 0 END, CASE WHEN n <> 3 THEN n ELSE 0 END
       FROM generate_series(1, 5) AS n`,
      [id],
    );
    await sql.query(
      `INSERT INTO campaign_counters (campaign_id, shard, successful_calls, failed_calls) VALUES ($1, 0, 57, 6)`,
      [id],
    );
    type Page = { data: Record<string, unknown>[]; pagination: { nextCursor: string | null; total: number } };
    const first = await app.get<Page>(`/campaigns/${id}/runs?limit=2`);
    const second = await app.get<Page>(
      `/campaigns/${id}/runs?limit=3&cursor=${first.body.pagination.nextCursor}`,
    );
    expect(
      [...first.body.data, ...second.body.data].map((run) => [run.number, run.totalCalls, run.failedCalls]),
    ).toEqual([
      [5, 8, 1],
      [4, 11, 1],
      [3, 0, 0],
      [2, 22, 2],
      [1, 11, 1],
    ]);
    expect(second.body.pagination).toMatchObject({ nextCursor: null, total: 5 });
    expect((await app.get<Body>(`/campaigns/${crypto.randomUUID()}/runs`)).body.code).toBe(
      'CAMPAIGN_NOT_FOUND',
    );
  });
});
