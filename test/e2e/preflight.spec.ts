import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/database/index.js';
import { playThrough } from '../../src/forecast/index.js';
import { makeUpLeads } from '../../src/forecast/file/made-up-leads.js';
import { newId } from '../../src/common/index.js';
import { startTestApp, type Answer, type TestApp } from '../support/app.js';
import { scenarioOf, watched } from '../support/virtual.js';
import { fictionalNumbers } from './dialer/world.js';
import { leadsOf, PreflightWorld, type Settings } from './preflight-world.js';

const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri'] as const;
const OFFICE = { timezone: 'lead', hours: [{ days: [...WEEKDAYS], start: '09:00', end: '18:00' }] };
const ALWAYS = [...WEEKDAYS, 'sat' as const, 'sun' as const];
const ODDS = { answered: 0.4, machine: 0.2, busy: 0.1, 'no-answer': 0.28, failed: 0.02 };

describe('a preflight', () => {
  let app: TestApp;
  let world: PreflightWorld;
  let database: Database;

  beforeAll(async () => {
    app = await startTestApp();
    world = new PreflightWorld(app);
    ({ database } = world);
  });
  afterAll(() => app.close());

  it('should tell who may be called now, later and never, and why', async () => {
    const [suppressed = '', waiting = '', ...others] = fictionalNumbers(8, 300);
    const inZone = (phoneNumber: string, timezone: string) => ({ phoneNumber, timezone });
    const id = await world.campaign({ callingWindow: openNowIn('Asia/Tokyo') }, [
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
    const { leads } = await world.preflight(id);
    expect(leads).toMatchObject({ pending: 8, calling: 0, now: 4, sample: null });
    expect(leads.later).toMatchObject({ total: 3, byReason: { outside_window: 2, retry_wait: 1 } });
    expect(leads.never).toEqual({ total: 1, byReason: { suppressed: 1 } });
  });

  it('should name the values that what is said speaks of and leads lack', async () => {
    const id = await world.campaign({}, [
      ...leadsOf(3, { metadata: { company: 'Acme' } }),
      ...fictionalNumbers(2, 100).map((phoneNumber) => ({ phoneNumber, metadata: { company: '' } })),
    ]);
    const greeting = 'Hello {{name}} of {{metadata.company}}, this is {{agent}}.';
    await world.agent(id, { name: 'Ada', greeting });
    const result = await world.preflight(id);
    expect(
      result.missingVariables.map(({ examples, ...rest }) => ({ ...rest, shown: examples.length })),
    ).toEqual([
      { placeholder: 'name', saidBy: 'Ada', leads: 2, shown: 2 },
      { placeholder: 'metadata.company', saidBy: 'Ada', leads: 2, shown: 2 },
    ]);
  });

  it('should not wait for calls that other campaigns have queued on a number', async () => {
    const id = await world.campaign({ callDelay: 0 }, leadsOf(3));
    const { body } = await app.get<{ data: { id: string; phoneNumber: string }[] }>('/phone-numbers');
    const [number] = body.data;
    await app.put(`/phone-numbers/${number?.id}`, { cps: 1 });
    await database.query(
      `INSERT INTO calls (id, campaign_id, phone_number, from_number, attempt, status)
       VALUES (gen_random_uuid(), $1, '+12025550198', $2, 1, 'queued')`,
      [await world.campaign(), number?.phoneNumber],
    );
    const { forecast } = await world.preflight(id, { odds: { answered: 1 } });
    await app.put(`/phone-numbers/${number?.id}`, { cps: null });
    // It played 400 days, second by second.
    expect(forecast).toMatchObject({ end: 'completed', leftOver: 0, expected: { calls: 3 } });
  });

  it('should play some of the leads for all where all would take too long', async () => {
    const endless = {
      maxConcurrent: 1000,
      callDelay: 0,
      retryFailed: true,
      retryAttempts: 100,
      retryDelay: 0,
    };
    const id = await world.campaign(endless, leadsOf(1500));
    const { forecast, warnings } = await world.preflight(id, { odds: { busy: 1 } });
    expect(forecast).toMatchObject({ end: 'completed', reason: null });
    isNear(forecast.expected.calls, 151_500);
    // One of the numbers may have been suppressed by a test before.
    expect(warnings.filter(({ code }) => code !== 'LEADS_SUPPRESSED')).toEqual([]);
  });

  it('should let few wait for their turn, and tell the others when to come again', async () => {
    const id = await world.campaign({}, leadsOf(50));
    const path = `${app.url}/api/v1/campaigns/${id}/preflight`;
    const answers = await Promise.all(Array.from({ length: 60 }, () => fetch(path, { method: 'POST' })));
    const told = await Promise.all(answers.map(async (answer) => [answer, await answer.json()] as const));
    const refused = told.filter(([{ status }]) => status !== 200);
    expect(told.length - refused.length).toBeGreaterThanOrEqual(22);
    expect(refused.length).toBeGreaterThan(0);
    for (const [{ status, headers }, body] of refused) {
      expect([status, headers.get('Retry-After'), body]).toEqual([
        ...[429, '5', expect.objectContaining({ success: false, code: 'TOO_MANY_PREFLIGHTS' })],
      ]);
    }
    expect((await world.preflight(id)).leads.pending).toBe(50);
  });

  it('should assume what it is told, else what the campaign has seen, else a default', async () => {
    const id = await world.campaign({}, leadsOf(5));
    expect((await world.preflight(id)).forecast.assumptions).toMatchObject({
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
    const { assumptions } = (await world.preflight(id, { averageTalkMs: 5000 })).forecast;
    expect(assumptions).toMatchObject({ oddsFrom: 'history', talkFrom: 'request', averageTalkMs: 5000 });
    expect(assumptions.odds).toMatchObject({ answered: 0.25, busy: 0.75 });
    expect((await world.preflight(id)).forecast.assumptions).toMatchObject({
      talkFrom: 'history',
      averageTalkMs: 30_000,
    });
  });

  it('should change nothing', async () => {
    const id = await world.campaign({ retryFailed: true, callingWindow: OFFICE }, leadsOf(50));
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
    await world.preflight(id, { odds: ODDS });
    expect(await prints()).toEqual(before);
  });

  it('should refuse odds that are too much, and a campaign that is not there', async () => {
    const id = await world.campaign();
    const refused: Answer<Settings> = await app.post(`/campaigns/${id}/preflight`, {
      odds: { answered: 0.8, busy: 0.3 },
    });
    expect([refused.status, refused.body.code]).toEqual([400, 'VALIDATION_FAILED']);
    expect((await app.post(`/campaigns/${newId()}/preflight`)).status).toBe(404);
  });

  describe('its forecast', () => {
    const START = new Date('2035-04-09T12:00:00Z');
    const CARRIER = { seed: 99, odds: ODDS, talkMs: [22_500, 67_500] as const };
    const ASSUMED = { odds: ODDS, averageTalkMs: 45_000 };
    const took = (finish: string | Date): number => new Date(finish).getTime() - START.getTime();
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
      const id = await world.campaign(settings);
      await world.storeLeads(
        id,
        leads.map(({ phoneNumber }) => phoneNumber),
      );
      await world.scheduleFor(id, START);
      const { forecast } = await world.preflight(id, ASSUMED);
      const { result } = watched(scenarioOf({ leads, campaign: settings, start: START, carrier: CARRIER }));
      expect(new Date(forecast.startAt)).toEqual(START);
      isNear(took(forecast.expected.finishAt), took(result.finishedAt));
      isNear(forecast.expected.calls, result.calls.placed);
      isNear(forecast.expected.cost, result.spend);
      expect(took(forecast.low.finishAt)).toBeLessThanOrEqual(took(forecast.expected.finishAt));
      expect(forecast.low.cost).toBeLessThan(forecast.high.cost);
    });

    it('should not take a pattern of the list for the list', async () => {
      const numbers = makeUpLeads({ count: 8000, countries: { US: 1 } }, 2).map((lead) => lead.phoneNumber);
      const id = await world.campaign({ maxConcurrent: 50, callDelay: 0 });
      await world.storeLeads(id, numbers);
      await world.suppress(
        id,
        numbers.filter((_, i) => i % 2 === 0),
      );
      isNear((await world.preflight(id, ASSUMED)).forecast.expected.calls, 4000);
    });

    it('should be within a tenth where only some of very many leads are looked at, and the counts within their bound', async () => {
      const [count, blocked] = [120_000, 6000];
      const settings = { maxConcurrent: 400, callDelay: 0, callingWindow: OFFICE };
      const leads = makeUpLeads({ count, countries: { US: 3, GB: 1 } }, 3).map((lead, i) => ({
        ...lead,
        isSuppressed: i < blocked,
      }));
      const numbers = leads.map(({ phoneNumber }) => phoneNumber);
      const id = await world.campaign(settings);
      await world.storeLeads(id, numbers);
      await world.suppress(id, numbers.slice(0, blocked));
      await world.scheduleFor(id, START);

      const { leads: counts, forecast, warnings } = await world.preflight(id, ASSUMED);
      const { leads: seen = 0, of, errorBound = 0 } = counts.sample ?? {};
      expect(Math.abs(seen - 100_000)).toBeLessThan(1000);
      expect(of).toBe(count);
      expect(errorBound).toBeLessThan(count / 100);
      expect(Math.abs(counts.never.total - blocked)).toBeLessThanOrEqual(errorBound);
      expect(Math.abs(counts.now + counts.later.total + blocked - count)).toBeLessThanOrEqual(errorBound);
      expect(warnings).toEqual([
        {
          code: 'LEADS_SUPPRESSED',
          message: `about ${counts.never.total} leads will never be called: on the do-not-call list`,
        },
      ]);

      const result = playThrough(scenarioOf({ leads, campaign: settings, start: START, carrier: CARRIER }));
      isNear(took(forecast.expected.finishAt), took(result.finishedAt));
      isNear(forecast.expected.calls, result.calls.placed);
      isNear(forecast.expected.cost, result.spend);
    });
  });
});

function isNear(value: number, expected: number): void {
  expect(Math.abs(value / expected - 1)).toBeLessThan(0.1);
}

/** A window of two hours that is open in that zone now, by the clock of each lead. */
function openNowIn(timeZone: string): Settings {
  const hour = Number(
    new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', hourCycle: 'h23' }).format(new Date()),
  );
  const at = (hours: number): string => `${String(hours % 24).padStart(2, '0')}:00`;
  return { timezone: 'lead', hours: [{ days: ALWAYS, start: at(hour), end: at(hour + 2) }] };
}
