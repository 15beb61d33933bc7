import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../support/app.js';
import { waitFor } from '../../support/wait-for.js';
import { DialerWorld, type Placement } from './world.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const EVERY_DAY = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
/** What has to be done before the minute is over. */
const PREPARING_MS = 40_000;
/** As long as that, on a machine where others run too. */
const BUSY = { timeoutMs: 30_000 };

interface LeadRow {
  phoneNumber: string;
  status: string;
  blockedReason: string | null;
  nextAttemptAt: string | null;
  reason: string | null;
  attempts: number;
}

/** `09:05`, as a clock in this zone shows it. */
function clockIn(timeZone: string, at: number): string {
  const format = new Intl.DateTimeFormat('en', {
    timeZone,
    hourCycle: 'h23',
    hour: '2-digit',
    minute: '2-digit',
  });
  return format.format(at);
}

/** Open every day between two instants, by the clock of a zone. */
function between(timezone: string, clock: string, from: number, to: number): Record<string, unknown> {
  return { timezone, hours: [{ days: EVERY_DAY, start: clockIn(clock, from), end: clockIn(clock, to) }] };
}

const numbers = (area: number, count: number, from = 0): string[] =>
  Array.from({ length: count }, (_, i) => `+1${area}55501${String(from + i).padStart(2, '0')}`);

/** Windows open and close on whole minutes and Postgres's clock is real: all campaigns here turn at the same minute. */
describe('calling windows', () => {
  const NEW_YORK = numbers(212, 4);
  const LOS_ANGELES = numbers(213, 4);
  const MOVED = numbers(213, 2, 50);
  /** More than can be called in the whole minute before. */
  const LATE = numbers(202, 100);
  let app: TestApp;
  let sql: pg.Pool;
  let world: DialerWorld;
  let edge: number;
  let opening: string;
  let closing: string;
  let sleeping: string;
  let changing: string;

  beforeAll(async () => {
    app = await startTestApp();
    sql = new pg.Pool({ connectionString: app.database.url, max: 2 });
    world = new DialerWorld(app.url, app.simulator.url);
    await world.carrier({ speed: 1, ringMs: [100, 200], talkMs: [4000, 5000], odds: { answered: 1 } });
    const left = MINUTE_MS - (Date.now() % MINUTE_MS);
    if (left < PREPARING_MS) {
      const next = Date.now() + left;
      await waitFor(() => Date.now() >= next, { timeoutMs: MINUTE_MS, message: 'the next minute' });
    }
    edge = Math.ceil(Date.now() / MINUTE_MS) * MINUTE_MS;
    opening = await started(between('lead', 'America/New_York', edge, edge + HOUR_MS), [
      ...[...NEW_YORK, ...LOS_ANGELES].map((phoneNumber) => ({ phoneNumber })),
      ...MOVED.map((phoneNumber) => ({ phoneNumber, timezone: 'America/New_York' })),
    ]);
    closing = await started(
      between('UTC', 'UTC', edge - HOUR_MS, edge),
      LATE.map((phoneNumber) => ({ phoneNumber })),
      { maxConcurrent: 100, callDelay: 1500 },
    );
    sleeping = await started(
      between('Asia/Kolkata', 'Asia/Kolkata', edge, edge + HOUR_MS),
      numbers(203, 5).map((phoneNumber) => ({ phoneNumber })),
    );
    changing = await started(
      between('lead', 'America/New_York', edge + 2 * HOUR_MS, edge + 3 * HOUR_MS),
      numbers(917, 5).map((phoneNumber) => ({ phoneNumber })),
    );
  }, 120_000);
  afterAll(async () => {
    await sql.end();
    await app.close();
  });

  async function started(
    callingWindow: Record<string, unknown> | null,
    leads: object[],
    settings: Record<string, unknown> = {},
  ): Promise<string> {
    const made = await world.api.post<{ data: { id: string } }>('/campaigns', {
      name: 'A window',
      ...{ callDelay: 0, maxConcurrent: 10, callingWindow, ...settings },
    });
    if (made.status !== 201) throw new Error(JSON.stringify(made.body));
    const { id } = made.body.data;
    const added = await world.api.post<{ data: { created: number } }>(`/campaigns/${id}/leads/bulk`, {
      leads,
    });
    if (added.body.data.created !== leads.length) throw new Error(JSON.stringify(added.body));
    await world.start(id);
    return id;
  }

  async function leadsOf(id: string): Promise<LeadRow[]> {
    return (await world.api.get<{ data: LeadRow[] }>(`/campaigns/${id}/leads?limit=200`)).body.data;
  }

  async function placementsTo(called: string[]): Promise<Placement[]> {
    return (await world.ledger()).placements.filter(({ to }) => called.includes(to));
  }

  it('should let leads outside wait for their window, by the clock of their number', async () => {
    await waitFor(async () => (await leadsOf(opening)).every((lead) => lead.blockedReason !== null), {
      ...BUSY,
      message: 'all leads blocked',
    });
    const leads = await leadsOf(opening);
    expect(new Set(leads.map((lead) => lead.blockedReason))).toEqual(new Set(['outside_window']));
    const opensAt = new Map(leads.map((lead) => [lead.phoneNumber, Date.parse(lead.nextAttemptAt ?? '')]));
    for (const number of [...NEW_YORK, ...MOVED]) expect(opensAt.get(number)).toBe(edge);
    for (const number of LOS_ANGELES) expect(opensAt.get(number)).toBe(edge + 3 * HOUR_MS);
  });

  it("should sleep, and leave its leads alone, where the campaign's own clock says closed", async () => {
    await waitFor(async () => (await world.get(sleeping)).wakesAt !== null, {
      ...BUSY,
      message: 'the campaign asleep',
    });
    expect(await world.get(sleeping)).toMatchObject({
      status: 'active',
      wakesAt: new Date(edge).toISOString(),
    });
    for (const lead of await leadsOf(sleeping)) {
      expect(lead).toMatchObject({ status: 'pending', blockedReason: null, nextAttemptAt: null });
    }
  });

  it('should judge anew what waited for another window once that was changed', async () => {
    await waitFor(async () => (await leadsOf(changing)).every((lead) => lead.blockedReason !== null), {
      message: 'all leads blocked',
    });
    await world.act(changing, 'pause');
    const changed = await world.api.put<{ data: Record<string, unknown> }>(`/campaigns/${changing}`, {
      callingWindow: null,
    });
    expect(changed.body.data).toMatchObject({ callingWindow: null, wakesAt: null });
    await world.act(changing, 'resume');
    await world.until(changing, 'completed', 30_000);
    expect(await placementsTo(numbers(917, 5))).toHaveLength(5);
  });

  it('should never call a number that could be anywhere, and say why', async () => {
    const hours = [{ days: EVERY_DAY, start: '09:00', end: '18:00' }];
    const anywhere = ['+18005550123', '+80012345678'].map((phoneNumber) => ({ phoneNumber }));
    const id = await started({ timezone: 'lead', hours }, anywhere);
    await world.until(id, 'completed');
    const reasons = (await leadsOf(id)).map(({ status, reason }) => [status, reason]);
    expect(reasons).toEqual([
      ['failed', 'never_in_window'],
      ['failed', 'unknown_zone'],
    ]);
  });

  it('should wait for the hours of a rule pack, by each clock', async () => {
    const isNight = (zone: string) => /^(2[2-3]|0[0-6])/.test(clockIn(zone, Date.now()));
    const zones = ['Asia/Tokyo', 'Europe/London', 'America/New_York'];
    const night = zones.find(isNight) ?? 'America/Los_Angeles';
    const lead = { phoneNumber: '+12075550123', timezone: night };
    const id = await started(null, [lead], { rulePack: 'us-tcpa' });
    await waitFor(async () => (await leadsOf(id))[0]?.blockedReason === 'rule_pack', { message: 'it waits' });
    const [waiting] = await leadsOf(id);
    expect(clockIn(night, Date.parse(waiting?.nextAttemptAt ?? ''))).toBe('08:00');
    // The lead turns out to live elsewhere: it is judged anew at once.
    const day = ['Asia/Tokyo', 'Europe/London', 'America/New_York', 'America/Los_Angeles', 'Asia/Dubai'].find(
      (zone) => /^(09|1[0-9])/.test(clockIn(zone, Date.now())),
    );
    const { rows } = await sql.query<{ id: string }>('SELECT id FROM leads WHERE campaign_id = $1', [id]);
    await world.api.put(`/campaigns/${id}/leads/${rows[0]?.id}`, { timezone: day });
    await world.until(id, 'completed', 30_000);
    expect(await placementsTo(['+12075550123'])).toHaveLength(1);
  });

  it('should call when the window opens, and nobody before', async () => {
    await waitFor(() => Date.now() > edge, { timeoutMs: 2 * MINUTE_MS, message: 'the opening' });
    const expected = [...NEW_YORK, ...MOVED];
    await waitFor(async () => (await placementsTo(expected)).length === expected.length, {
      message: 'all who may be called now',
    });
    await world.until(sleeping, 'completed', 30_000);
    const placed = await placementsTo([...expected, ...LOS_ANGELES, ...numbers(203, 5)]);
    expect(placed.map(({ to }) => to).sort()).toEqual([...expected, ...numbers(203, 5)].sort());
    for (const { placedAt } of placed) {
      expect(placedAt).toBeGreaterThanOrEqual(edge);
      expect(placedAt).toBeLessThan(edge + 10_000);
    }
    const { rows } = await sql.query<{ isSet: boolean }>(
      'SELECT bool_and(dial_before > clock_timestamp()) AS "isSet" FROM calls WHERE campaign_id = $1',
      [opening],
    );
    expect(rows).toEqual([{ isSet: true }]);
  }, 180_000);

  it('should place nothing once the window has closed, take back what was queued, and let calls end by themselves', async () => {
    await waitFor(async () => (await world.stats(closing)).calling === 0, { message: 'calls to end' });
    const placed = await placementsTo(LATE);
    expect(placed.length).toBeGreaterThan(3);
    expect(placed.length).toBeLessThan(LATE.length);
    expect(Math.max(...placed.map(({ placedAt }) => placedAt))).toBeLessThan(edge);
    const last = placed.filter(({ placedAt }) => placedAt > edge - 3000);
    expect(last.length).toBeGreaterThan(0);
    for (const { endedAt, status } of last) {
      expect(endedAt).toBeGreaterThan(edge);
      expect(status).toBe('completed');
    }
    expect(await world.get(closing)).toMatchObject({
      status: 'active',
      wakesAt: new Date(edge - HOUR_MS + 24 * HOUR_MS).toISOString(),
    });
    const waiting = (await leadsOf(closing)).filter(({ status }) => status === 'pending');
    expect(waiting).toHaveLength(LATE.length - placed.length);
    for (const lead of waiting) expect(lead).toMatchObject({ attempts: 0, blockedReason: null });
  }, 120_000);
});
