import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Database } from '../../src/database/index.js';
import type { PreflightResponse } from '../../src/forecast/preflight/dto/preflight.response.js';
import { makeUpLeads } from '../../src/forecast/file/made-up-leads.js';
import { newId } from '../../src/common/index.js';
import { startTestApp, type Answer, type TestApp } from '../support/app.js';
import { scenarioOf, watched } from '../support/virtual.js';
import { fictionalNumbers } from './dialer/world.js';

type Settings = Record<string, unknown>;
const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri'] as const;
const OFFICE = { timezone: 'lead', hours: [{ days: [...WEEKDAYS], start: '09:00', end: '18:00' }] };
const ALWAYS = [...WEEKDAYS, 'sat' as const, 'sun' as const];
const ODDS = { answered: 0.4, machine: 0.2, busy: 0.1, 'no-answer': 0.28, failed: 0.02 };

describe('a preflight', () => {
  let app: TestApp;
  let database: Database;

  beforeAll(async () => {
    app = await startTestApp();
    database = app.app.get(Database, { strict: false });
  });
  afterAll(() => app.close());

  async function campaign(settings: Settings = {}, leads: Settings[] = []): Promise<string> {
    const made = await app.post<{ data: { id: string } }>('/campaigns', { name: 'Preflight', ...settings });
    expect(made.status).toBe(201);
    const { id } = made.body.data;
    if (leads.length > 0) expect((await app.post(`/campaigns/${id}/leads/bulk`, { leads })).status).toBe(201);
    return id;
  }

  const leadsOf = (count: number, more: Settings = {}): Settings[] =>
    fictionalNumbers(count).map((phoneNumber) => ({ phoneNumber, name: 'Jane', ...more }));

  async function preflight(id: string, body?: Settings): Promise<PreflightResponse> {
    const answer = await app.post<{ data: PreflightResponse }>(`/campaigns/${id}/preflight`, body);
    expect(answer.status).toBe(200);
    return answer.body.data;
  }

  const codesOf = ({ warnings }: PreflightResponse): string[] => warnings.map(({ code }) => code);

  it('should tell who may be called now, later and never, and why', async () => {
    const [suppressed = '', waiting = '', ...others] = fictionalNumbers(8, 300);
    const inZone = (phoneNumber: string, timezone: string) => ({ phoneNumber, timezone });
    const id = await campaign({ callingWindow: openNowIn('Asia/Tokyo') }, [
      ...others.slice(0, 4).map((number) => inZone(number, 'Asia/Tokyo')),
      ...others.slice(4).map((number) => inZone(number, 'Europe/London')),
      inZone(suppressed, 'Asia/Tokyo'),
      inZone(waiting, 'Asia/Tokyo'),
    ]);
    await app.post('/suppressions', { phoneNumber: suppressed });
    await database.query(
      `UPDATE leads SET next_attempt_at = clock_timestamp() + interval '1 hour', blocked_reason = 'retry_wait'
       WHERE campaign_id = $1 AND phone_number = $2`,
      [id, waiting],
    );
    const { leads } = await preflight(id);
    expect(leads).toMatchObject({ pending: 8, calling: 0, now: 4, sample: null });
    expect(leads.later).toMatchObject({ total: 3, byReason: { outside_window: 2, retry_wait: 1 } });
    expect(leads.never).toEqual({ total: 1, byReason: { suppressed: 1 } });
  });

  it('should name the values that what is said speaks of and leads lack', async () => {
    const id = await campaign({}, [
      ...leadsOf(3, { metadata: { company: 'Acme' } }),
      ...fictionalNumbers(2, 100).map((phoneNumber) => ({ phoneNumber, metadata: { company: '' } })),
    ]);
    const greeting = 'Hello {{name}} of {{metadata.company}}, this is {{agent}}.';
    const agent = await app.post<{ data: { id: string } }>('/agents', { name: 'Ada', greeting });
    await app.post(`/campaigns/${id}/agents`, { agentId: agent.body.data.id });
    const result = await preflight(id);
    expect(
      result.missingVariables.map(({ examples, ...rest }) => ({ ...rest, shown: examples.length })),
    ).toEqual([
      { placeholder: 'name', saidBy: 'Ada', leads: 2, shown: 2 },
      { placeholder: 'metadata.company', saidBy: 'Ada', leads: 2, shown: 2 },
    ]);
    expect(codesOf(result)).toContain('VARIABLES_MISSING');
  });

  it('should warn of what will go wrong', async () => {
    const soon = new Date(Date.now() + 60_000).toISOString();
    const id = await campaign({ rulePack: 'us-tcpa', endAt: soon, maxConcurrent: 50 }, [
      ...leadsOf(60),
      { phoneNumber: '+80012345678', name: 'Jane' },
    ]);
    const agent = await app.post<{ data: { id: string } }>('/agents', { name: 'Ben', maxConcurrentCalls: 2 });
    await app.post(`/campaigns/${id}/agents`, { agentId: agent.body.data.id });
    expect(codesOf(await preflight(id))).toEqual([
      'OPT_OUT_MISSING',
      'UNKNOWN_ZONES',
      'AGENTS_BELOW_MAX_CONCURRENT',
      'ENDS_BEFORE_FINISH',
    ]);
    const limited = await campaign({ maxCalls: 5 }, leadsOf(20));
    const result = await preflight(limited);
    expect(codesOf(result)).toEqual(['PAUSES_ITSELF']);
    expect(result.forecast).toMatchObject({ end: 'paused', reason: 'MAX_CALLS_REACHED', leftOver: 15 });
  });

  it('should warn where no number is there to call from', async () => {
    const bare = await startTestApp();
    try {
      const numbers = await bare.get<{ data: { id: string }[] }>('/phone-numbers');
      for (const { id } of numbers.body.data) await bare.put(`/phone-numbers/${id}`, { isActive: false });
      const made = await bare.post<{ data: { id: string } }>('/campaigns', { name: 'Nowhere' });
      const path = `/campaigns/${made.body.data.id}`;
      await bare.post(`${path}/leads`, leadsOf(1)[0]);
      const answer = await bare.post<{ data: PreflightResponse }>(`${path}/preflight`);
      expect(codesOf(answer.body.data)).toEqual(['NO_CALLER_ID', 'NEVER_FINISHES']);
    } finally {
      await bare.close();
    }
  });

  it('should assume what it is told, else what the campaign has seen, else a default', async () => {
    const id = await campaign({}, leadsOf(5));
    expect((await preflight(id)).forecast.assumptions).toMatchObject({
      oddsFrom: 'default',
      averageTalkMs: 60_000,
    });
    await database.query(
      `INSERT INTO calls (id, campaign_id, phone_number, from_number, attempt, status, outcome, duration_ms, carrier_sid, ended_at)
       SELECT gen_random_uuid(), $1, '+12025550199', '+12025550100', 1,
         CASE WHEN i % 4 = 0 THEN 'completed' ELSE 'busy' END, CASE WHEN i % 4 = 0 THEN 'answered' ELSE 'busy' END,
         CASE WHEN i % 4 = 0 THEN 30000 END, 'CA' || md5(i::text), now() FROM generate_series(1, 200) AS i`,
      [id],
    );
    const { assumptions } = (await preflight(id, { averageTalkMs: 5000 })).forecast;
    expect(assumptions).toMatchObject({ oddsFrom: 'history', talkFrom: 'request', averageTalkMs: 5000 });
    expect(assumptions.odds).toMatchObject({ answered: 0.25, busy: 0.75 });
    expect((await preflight(id)).forecast.assumptions).toMatchObject({
      talkFrom: 'history',
      averageTalkMs: 30_000,
    });
  });

  it('should change nothing', async () => {
    const id = await campaign({ retryFailed: true, callingWindow: OFFICE }, leadsOf(50));
    const tables = [
      'campaigns',
      'leads',
      'calls',
      'call_events',
      'campaign_counters',
      'agents',
      'dial_turns',
    ];
    const prints = () =>
      Promise.all(
        tables.map(async (table) => {
          const sql = `SELECT count(*)::int AS rows, md5(string_agg(t::text, '|' ORDER BY t::text)) AS print FROM ${table} AS t`;
          return (await database.query(sql, []))[0];
        }),
      );
    const before = await prints();
    await preflight(id, { odds: ODDS });
    expect(await prints()).toEqual(before);
  });

  it('should refuse odds that are too much, and a campaign that is not there', async () => {
    const id = await campaign();
    const refused: Answer<Settings> = await app.post(`/campaigns/${id}/preflight`, {
      odds: { answered: 0.8, busy: 0.3 },
    });
    expect([refused.status, refused.body.code]).toEqual([400, 'VALIDATION_FAILED']);
    expect((await app.post(`/campaigns/${newId()}/preflight`)).status).toBe(404);
  });

  describe('its forecast', () => {
    const RETRIES = [
      { on: 'busy' as const, attempts: 3, delays: [600_000, 3_600_000] },
      { on: 'no_answer' as const, attempts: 2, delays: [7_200_000] },
    ];

    it.each([
      ['many slots and windows', 20_000, { maxConcurrent: 60, callDelay: 0, callingWindow: OFFICE }],
      ['a delay', 12_000, { maxConcurrent: 50, callDelay: 4000, callingWindow: OFFICE }],
      ['few slots and no window', 9000, { maxConcurrent: 4, callDelay: 0, callingWindow: null }],
      [
        'retries, windows and a law',
        16_000,
        {
          maxConcurrent: 30,
          callDelay: 500,
          callingWindow: OFFICE,
          rulePack: 'us-tcpa' as const,
          retryRules: RETRIES,
        },
      ],
      ['few leads', 300, { maxConcurrent: 3, callDelay: 2000, callingWindow: null, retryRules: RETRIES }],
    ])('should be within a tenth of the virtual run: %s, %i leads', async (_, count, settings) => {
      const leads = makeUpLeads({ count, countries: { US: 5, GB: 3, IN: 2 } }, 1);
      const id = await campaign(settings);
      await database.query(
        `INSERT INTO leads (id, campaign_id, phone_number) SELECT id, $1, number FROM unnest($2::uuid[], $3::text[]) AS l (id, number)`,
        [id, leads.map(() => newId()), leads.map(({ phoneNumber }) => phoneNumber)],
      );
      await database.query(
        `UPDATE campaigns SET status = 'scheduled', scheduled_at = '2035-04-09T12:00:00Z' WHERE id = $1`,
        [id],
      );
      await database.query(`INSERT INTO campaign_counters (campaign_id, shard, pending) VALUES ($1, 0, $2)`, [
        id,
        count,
      ]);
      const { forecast } = await preflight(id, { odds: ODDS, averageTalkMs: 45_000 });
      const start = new Date('2035-04-09T12:00:00Z');
      const carrier = { seed: 99, odds: ODDS, talkMs: [22_500, 67_500] as const };
      const { result } = watched(scenarioOf({ leads, campaign: settings, start, carrier }));
      expect(new Date(forecast.startAt)).toEqual(start);
      const took = (finish: string | Date): number => new Date(finish).getTime() - start.getTime();
      expect(took(forecast.expected.finishAt) / took(result.finishedAt)).toBeCloseTo(1, 1);
      expect(Math.abs(took(forecast.expected.finishAt) / took(result.finishedAt) - 1)).toBeLessThan(0.1);
      expect(Math.abs(forecast.expected.calls / result.calls.placed - 1)).toBeLessThan(0.1);
      expect(Math.abs(forecast.expected.cost / result.spend - 1)).toBeLessThan(0.1);
      expect(took(forecast.low.finishAt)).toBeLessThanOrEqual(took(forecast.expected.finishAt));
      expect(forecast.low.cost).toBeLessThan(forecast.high.cost);
    });
  });
});

/** A window of two hours that is open in that zone now, by the clock of each lead. */
function openNowIn(timeZone: string): Settings {
  const hour = Number(
    new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', hourCycle: 'h23' }).format(new Date()),
  );
  const at = (hours: number): string => `${String(hours % 24).padStart(2, '0')}:00`;
  return { timezone: 'lead', hours: [{ days: ALWAYS, start: at(hour), end: at(hour + 2) }] };
}
