import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CampaignCountersRepository } from '../../../src/campaigns/index.js';
import { startTestApp, type TestApp } from '../../support/app.js';
import { waitFor } from '../../support/wait-for.js';
import { startFleet, type Fleet } from './fleet.js';
import { DialerWorld, fictionalNumbers, overlaps, timesCalled } from './world.js';

interface Lead {
  id: string;
  phoneNumber: string;
  status: string;
  attempts: number;
  blockedReason: string | null;
  nextAttemptAt: Date | null;
}

const FAST = { maxConcurrent: 20, callDelay: 0 };
const DAY_MS = 24 * 60 * 60 * 1000;
const ONCE_A_DAY = { attempts: 1, days: 1 };

async function leadsOf(db: pg.Client, id: string): Promise<Lead[]> {
  const { rows } = await db.query<Lead>(
    `SELECT id, phone_number AS "phoneNumber", status, attempts, blocked_reason AS "blockedReason",
       next_attempt_at AS "nextAttemptAt" FROM leads WHERE campaign_id = $1 ORDER BY id`,
    [id],
  );
  return rows;
}

async function waiting(db: pg.Client, id: string): Promise<Lead[]> {
  return (await leadsOf(db, id)).filter((lead) => lead.blockedReason === 'number_cap');
}

describe('the cap on calls to one number', () => {
  let app: TestApp;
  let world: DialerWorld;
  let db: pg.Client;
  let offset = 0;

  beforeAll(async () => {
    app = await startTestApp();
    world = new DialerWorld(app.url, app.simulator.url);
    db = new pg.Client({ connectionString: app.database.url });
    await db.connect();
  });

  afterAll(async () => {
    await db.end();
    await app.close();
  });

  beforeEach(async () => {
    await fetch(`${app.simulator.url}/ledger`, { method: 'DELETE' });
    await fetch(`${app.simulator.url}/control`, { method: 'DELETE' });
    await world.carrier({ speed: 1, ringMs: 5, talkMs: 40, odds: { answered: 1 } });
  });

  function numbers(count: number): string[] {
    offset += count;
    return fictionalNumbers(count, offset - count);
  }

  async function run(settings: object, all: string[]): Promise<string> {
    const id = await world.campaign({ ...FAST, ...settings }, all);
    await world.start(id);
    await world.until(id, 'completed');
    return id;
  }

  /** Starts a campaign and waits until all its leads wait for the cap. */
  async function capped(maxAttemptsPerNumber: object, all: string[], settings: object = {}): Promise<string> {
    const id = await world.campaign({ ...FAST, maxAttemptsPerNumber, ...settings }, all);
    await world.start(id);
    await waitFor(async () => (await waiting(db, id)).length === all.length, {
      message: 'leads that wait for the cap',
    });
    return id;
  }

  /** As if the calls to these numbers had been made earlier. */
  async function age(all: string[], ms: number): Promise<void> {
    await db.query(
      `UPDATE calls SET dialed_at = dialed_at - $2::float8 * interval '1 millisecond',
         ended_at = ended_at - $2::float8 * interval '1 millisecond' WHERE phone_number = ANY($1)`,
      [all, ms],
    );
  }

  async function dialedAt(number: string): Promise<Date[]> {
    const sql = 'SELECT dialed_at AS at FROM calls WHERE phone_number = $1 ORDER BY dialed_at';
    return (await db.query<{ at: Date }>(sql, [number])).rows.map((row) => row.at);
  }

  async function expectCountersTrue(id: string): Promise<void> {
    const counters = app.app.get(CampaignCountersRepository, { strict: false });
    expect((await counters.read([id])).get(id)).toEqual(await counters.recount(id));
  }

  it('should count the calls of every campaign, and call again at the instant the oldest leaves the span', async () => {
    const all = numbers(3);
    await run({}, all);
    const id = await capped(ONCE_A_DAY, all);
    for (const lead of await waiting(db, id)) {
      const [first] = await dialedAt(lead.phoneNumber);
      expect(lead).toMatchObject({ status: 'pending', attempts: 0 });
      const early = lead.nextAttemptAt!.getTime() - first!.getTime() - DAY_MS;
      expect([0, 1]).toContain(early);
    }
    expect(await world.isIn(id, 'active')).toBe(true);
    await expectCountersTrue(id);
    expect((await world.ledger()).placements).toHaveLength(3);

    await age(all, DAY_MS - 4000);
    await world.act(id, 'pause');
    await world.act(id, 'resume'); // judged anew
    await world.until(id, 'completed');
    const { placements } = await world.ledger();
    expect([...timesCalled({ placements, open: 0, maxOpen: 0, refused: [] }).values()]).toEqual([2, 2, 2]);
    for (const number of all) {
      const [first, second] = await dialedAt(number);
      expect(second!.getTime() - first!.getTime()).toBeGreaterThanOrEqual(DAY_MS);
      expect(second!.getTime() - first!.getTime()).toBeLessThan(DAY_MS + 3000);
    }
    await expectCountersTrue(id);
  });

  it("should count the campaign's own retries", async () => {
    await world.carrier({ odds: { busy: 1 } });
    const [number] = numbers(1);
    const retrying = { retryFailed: true, retryAttempts: 5, retryDelay: 0 };
    const id = await capped({ attempts: 2, days: 7 }, [number!], retrying);
    const [first] = await dialedAt(number!);
    const [lead] = await waiting(db, id);
    expect(lead).toMatchObject({ attempts: 2, status: 'pending' });
    expect(lead!.nextAttemptAt!.getTime() - first!.getTime() - 7 * DAY_MS).toBeLessThanOrEqual(1);
    expect((await world.ledger()).placements).toHaveLength(2);
    await expectCountersTrue(id);
  });

  it('should not count calls the carrier refused, nor those of another workspace', async () => {
    const [elsewhere] = numbers(1);
    const refused = '+15005550009';
    await run({}, [elsewhere!, refused]);
    await db.query(`UPDATE calls SET workspace_id = gen_random_uuid() WHERE phone_number = $1`, [elsewhere]);
    await run({ maxAttemptsPerNumber: ONCE_A_DAY }, [elsewhere!, refused]);
    const ledger = await world.ledger();
    expect(timesCalled(ledger).get(elsewhere!)).toBe(2);
    expect(ledger.refused.map((each) => each.to)).toEqual([refused, refused]);
  });

  it('should be judged anew when the campaign goes on with another cap, and when the lead has another number', async () => {
    const all = numbers(2);
    const [other] = numbers(1);
    await run({}, all);
    const id = await capped(ONCE_A_DAY, all);
    const [first, second] = await waiting(db, id);
    const changed = await app.put(`/campaigns/${id}/leads/${first!.id}`, { phoneNumber: other });
    expect(changed.status).toBe(200);
    await waitFor(async () => timesCalled(await world.ledger()).get(other!) === 1, {
      message: 'a call to the new number',
    });
    await world.act(id, 'pause');
    const cap = { maxAttemptsPerNumber: { attempts: 2, days: 1 } };
    expect((await app.put(`/campaigns/${id}`, cap)).status).toBe(200);
    await world.act(id, 'resume');
    await world.until(id, 'completed');
    const times = timesCalled(await world.ledger());
    expect([times.get(first!.phoneNumber), times.get(second!.phoneNumber)]).toEqual([1, 2]);
  });

  it('should find the few that may be called among thousands that may not', async () => {
    const all = numbers(3000);
    const free = all.slice(-5);
    await db.query(
      `WITH campaign AS (INSERT INTO campaigns (id, name) VALUES (gen_random_uuid(), 'Before') RETURNING id)
       INSERT INTO calls (id, campaign_id, phone_number, from_number, attempt, status, outcome, carrier_sid, dialed_at, ended_at)
       SELECT gen_random_uuid(), campaign.id, number, '+12025550100', 1, 'busy', 'busy', 'CA' || md5(number),
         now() - interval '1 hour', now() - interval '1 hour' FROM campaign, unnest($1::text[]) AS n (number)`,
      [all.slice(0, -5)],
    );
    const id = await world.campaign({ ...FAST, maxAttemptsPerNumber: ONCE_A_DAY }, all);
    await world.start(id);
    await waitFor(async () => (await waiting(db, id)).length === 2995, { message: 'all others wait' });
    await waitFor(async () => (await world.stats(id)).completed === 5, { message: 'five calls' });
    expect([...timesCalled(await world.ledger()).keys()].toSorted()).toEqual(free.toSorted());
    // A claim takes calls back one by one; the others are made to wait many at once, and leave no call.
    const { rows } = await db.query('SELECT 1 FROM calls WHERE campaign_id = $1', [id]);
    expect(rows).toHaveLength(5);
    await expectCountersTrue(id);
  });
});

describe('the cap, while two campaigns want the same numbers in two workers', () => {
  let fleet: Fleet;
  let db: pg.Client;

  beforeAll(async () => {
    fleet = await startFleet({ workers: 2 });
    db = new pg.Client({ connectionString: fleet.databaseUrl });
    await db.connect();
    await fleet.world.carrier({ ringMs: 5, talkMs: 5, odds: { answered: 1 } });
  });

  afterAll(async () => {
    await db.end();
    await fleet.close();
  });

  it('should let one of them call each number, once', async () => {
    const { world } = fleet;
    const all = fictionalNumbers(200);
    const settings = { ...FAST, maxAttemptsPerNumber: ONCE_A_DAY };
    const ids = [await world.campaign(settings, all), await world.campaign(settings, all.toReversed())];
    await Promise.all(ids.map((id) => world.start(id)));
    await waitFor(
      async () => {
        const leads = (await Promise.all(ids.map((id) => leadsOf(db, id)))).flat();
        const isSettled = (lead: Lead) => lead.status === 'completed' || lead.blockedReason === 'number_cap';
        return leads.every(isSettled);
      },
      { timeoutMs: 60_000, message: 'every lead called, or waiting for the cap' },
    );
    const ledger = await world.ledger();
    expect([...timesCalled(ledger).values()]).toEqual(all.map(() => 1));
    expect(overlaps(ledger)).toEqual([]);
    const stats = await Promise.all(ids.map((id) => world.stats(id)));
    expect(stats.reduce((sum, { completed }) => sum + completed, 0)).toBe(200);
    expect(stats.reduce((sum, { pending }) => sum + pending, 0)).toBe(200);
  });
});
