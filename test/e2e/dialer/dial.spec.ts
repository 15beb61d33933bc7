import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CampaignCountersRepository } from '../../../src/campaigns/index.js';
import { startTestApp, type TestApp } from '../../support/app.js';
import { waitFor } from '../../support/wait-for.js';
import { DialerWorld, fictionalNumbers, overlaps, timesCalled } from './world.js';

interface CallItem {
  id: string;
  status: string;
  outcome: string;
  attempt: number;
  duration: number | null;
  carrierSid: string | null;
  errorCode: string | null;
}

const FAST = { maxConcurrent: 20, callDelay: 0 };

describe('dialing a campaign', () => {
  let app: TestApp;
  let world: DialerWorld;

  beforeAll(async () => {
    app = await startTestApp({ CARRIER_MAX_CONCURRENT: '30', MACHINE_DETECTION: 'true' });
    world = new DialerWorld(app.url, app.simulator.url);
  });

  afterAll(async () => {
    await app.close();
  });

  beforeEach(async () => {
    await fetch(`${app.simulator.url}/ledger`, { method: 'DELETE' });
    await fetch(`${app.simulator.url}/control`, { method: 'DELETE' });
    await world.carrier({ speed: 1, ringMs: 5, talkMs: 40, odds: { answered: 1 } });
  });

  async function callsOf(id: string): Promise<CallItem[]> {
    return (await app.get<{ data: CallItem[] }>(`/campaigns/${id}/calls?limit=200`)).body.data;
  }

  async function expectCountersToEqualRecount(id: string): Promise<void> {
    const counters = app.app.get(CampaignCountersRepository, { strict: false });
    expect((await counters.read([id])).get(id)).toEqual(await counters.recount(id));
  }

  it('should call every lead once, never more at once than maxConcurrent, and complete', async () => {
    const id = await world.campaign(FAST, fictionalNumbers(200));
    await world.start(id);
    await world.until(id, 'completed');
    const ledger = await world.ledger();
    expect(ledger.placements).toHaveLength(200);
    expect(timesCalled(ledger).size).toBe(200);
    expect(ledger.maxOpen).toBeLessThanOrEqual(20);
    expect(await world.stats(id)).toMatchObject({
      totalLeads: 200,
      completed: 200,
      totalCalls: 200,
      successfulCalls: 200,
    });
    await expectCountersToEqualRecount(id);
  });

  it('should call the highest priority first, then the oldest', async () => {
    const numbers = fictionalNumbers(6, 1000);
    const made = await app.post<{ data: { id: string } }>('/campaigns', {
      name: 'Order',
      maxConcurrent: 1,
      callDelay: 0,
    });
    const { id } = made.body.data;
    const priorities = [0, 5, 0, 9, 5, -1];
    const leads = numbers.map((phoneNumber, i) => ({ phoneNumber, priority: priorities[i] }));
    await app.post(`/campaigns/${id}/leads/bulk`, { leads });
    await world.start(id);
    await world.until(id, 'completed');
    const order = (await world.ledger()).placements.map((placement) => numbers.indexOf(placement.to));
    expect(order).toEqual([3, 1, 4, 0, 2, 5]);
  });

  it('should tell each call with its events in the order of its life', async () => {
    const id = await world.campaign(FAST, fictionalNumbers(1, 1010));
    await world.start(id);
    await world.until(id, 'completed');
    const [call] = await callsOf(id);
    expect(call).toMatchObject({ status: 'completed', outcome: 'answered', attempt: 1, duration: 1000 });
    interface Detail {
      data: { events: { type: string; status: string }[] };
    }
    const detail = await app.get<Detail>(`/calls/${call?.id ?? ''}`);
    const statuses = detail.body.data.events.map((event) => `${event.type} ${event.status}`);
    expect(statuses.slice(0, 2)).toEqual(['call.claimed queued', 'call.dialing dialing']);
    expect(statuses.slice(2).filter((each) => each.startsWith('carrier.callback'))).toEqual(
      ['initiated', 'ringing', 'in-progress', 'completed'].map((status) => `carrier.callback ${status}`),
    );
    expect(statuses.filter((each) => each.startsWith('call.placed'))).toHaveLength(1);
  });

  it('should make exactly retryAttempts extra attempts, then fail the lead with its reason', async () => {
    await world.carrier({ odds: { busy: 1 } });
    const numbers = fictionalNumbers(10, 1100);
    const id = await world.campaign({ ...FAST, retryFailed: true, retryAttempts: 2, retryDelay: 0 }, numbers);
    await world.start(id);
    await world.until(id, 'completed');
    expect([...timesCalled(await world.ledger()).values()]).toEqual(numbers.map(() => 3));
    expect(await world.stats(id)).toMatchObject({
      completed: 0,
      failed: 10,
      totalCalls: 30,
      failedCalls: 30,
    });
    const leads = await app.get<{ data: { status: string; reason: string; attempts: number }[] }>(
      `/campaigns/${id}/leads`,
    );
    for (const lead of leads.body.data)
      expect(lead).toMatchObject({ status: 'failed', reason: 'busy', attempts: 3 });
    await expectCountersToEqualRecount(id);
  });

  it('should wait retryDelay before it tries again', async () => {
    await world.carrier({ odds: { busy: 1 } });
    const id = await world.campaign(
      { ...FAST, retryFailed: true, retryDelay: 1500 },
      fictionalNumbers(2, 1200),
    );
    await world.start(id);
    await waitFor(async () => (await world.stats(id)).totalCalls === 2, { message: 'the first attempts' });
    const waiting = await app.get<{
      data: { status: string; nextAttemptAt: string | null; blockedReason: string }[];
    }>(`/campaigns/${id}/leads`);
    for (const lead of waiting.body.data)
      expect(lead).toMatchObject({ status: 'pending', blockedReason: 'retry_wait' });
    await world.until(id, 'completed');
    const ends = (await world.ledger()).placements;
    for (const { to } of ends) {
      const [first, second] = ends.filter((each) => each.to === to);
      expect((second?.placedAt ?? 0) - (first?.endedAt ?? Infinity)).toBeGreaterThanOrEqual(1400);
    }
  });

  it('should tell answering machines from people', async () => {
    const id = await world.campaign(FAST, ['+14155550113', '+14155550111', '+14155550112', '+14155550110']);
    await world.carrier({ ringMs: 20 });
    await world.start(id);
    await world.until(id, 'completed');
    const outcomes = (await callsOf(id)).map((call) => call.outcome);
    expect(outcomes.toSorted()).toEqual(['busy', 'failed', 'no_answer', 'voicemail']);
    expect(await world.stats(id)).toMatchObject({
      completed: 1,
      failed: 3,
      successfulCalls: 1,
      failedCalls: 3,
    });
    await expectCountersToEqualRecount(id);
  });

  it("should end a lead whose number cannot be called, with the carrier's code, and not count a call", async () => {
    const id = await world.campaign({ ...FAST, retryFailed: true }, [
      '+15005550001',
      '+15005550002',
      '+14155550116',
    ]);
    await world.start(id);
    await world.until(id, 'completed');
    expect(await world.stats(id)).toMatchObject({ completed: 1, failed: 2, totalCalls: 1 });
    const codes = (await callsOf(id)).map((call) => call.errorCode).toSorted();
    expect(codes).toEqual(['21214', '21217', null]);
    expect((await world.ledger()).refused).toHaveLength(2);
    await expectCountersToEqualRecount(id);
  });

  it('should call a number of two campaigns in one call at a time, and complete both', async () => {
    const numbers = fictionalNumbers(30, 1300);
    const ids = await Promise.all([
      world.campaign(FAST, numbers),
      world.campaign(FAST, numbers.toReversed()),
    ]);
    await Promise.all(ids.map((id) => world.start(id)));
    for (const id of ids) await world.until(id, 'completed');
    const ledger = await world.ledger();
    expect([...timesCalled(ledger).values()]).toEqual(numbers.map(() => 2));
    expect(overlaps(ledger)).toEqual([]);
    for (const id of ids) await expectCountersToEqualRecount(id);
  });

  it("should keep the account's cap over all campaigns", async () => {
    await world.carrier({ talkMs: 1000 });
    const ids = await Promise.all(
      [0, 1, 2].map((n) => world.campaign(FAST, fictionalNumbers(40, 1400 + 40 * n))),
    );
    await Promise.all(ids.map((id) => world.start(id)));
    for (const id of ids) await world.until(id, 'completed');
    const ledger = await world.ledger();
    expect(ledger.placements).toHaveLength(120);
    expect(ledger.maxOpen).toBeLessThanOrEqual(30);
    expect(ledger.maxOpen).toBeGreaterThan(20); // more than one campaign dialled at once
  });

  it('should call leads that arrive while it is active', async () => {
    await world.carrier({ talkMs: 300 });
    const id = await world.campaign(FAST, fictionalNumbers(5, 1600));
    await world.start(id);
    const more = fictionalNumbers(5, 1610).map((phoneNumber) => ({ phoneNumber }));
    expect((await app.post(`/campaigns/${id}/leads/bulk`, { leads: more })).status).toBe(201);
    await world.until(id, 'completed');
    expect((await world.ledger()).placements).toHaveLength(10);
  });

  it('should start by itself when its time has come', async () => {
    const scheduledAt = new Date(Date.now() + 3000).toISOString();
    const id = await world.campaign({ ...FAST, scheduledAt }, fictionalNumbers(3, 1700));
    expect(await world.get(id)).toMatchObject({ status: 'scheduled', scheduledAt });
    await world.until(id, 'completed');
    const { placements } = await world.ledger();
    expect(placements).toHaveLength(3);
    for (const { placedAt } of placements) expect(placedAt).toBeGreaterThanOrEqual(Date.parse(scheduledAt));
  });

  it('should place the same call again after a 429, and count one attempt', async () => {
    await world.carrier({ faults: [{ kind: 'http-429', times: 3 }] });
    const id = await world.campaign(FAST, fictionalNumbers(5, 1800));
    await world.start(id);
    await world.until(id, 'completed');
    expect((await world.ledger()).placements).toHaveLength(5);
    expect(await callsOf(id)).toHaveLength(5);
    expect(await world.stats(id)).toMatchObject({ completed: 5, totalCalls: 5 });
  });
});

describe('a carrier that refuses the account', () => {
  it('should pause the campaign with the reason and fail no lead', async () => {
    const app = await startTestApp({ TWILIO_AUTH_TOKEN: 'a-wrong-token' });
    try {
      const world = new DialerWorld(app.url, app.simulator.url);
      const id = await world.campaign(FAST, fictionalNumbers(10, 1900));
      await world.start(id);
      await world.until(id, 'paused');
      await waitFor(async () => (await world.stats(id)).pending === 10, {
        message: 'all leads pending again',
      });
      const campaign = await world.get(id);
      expect(campaign.pausedReason).toMatchObject({ code: 'CARRIER_REFUSED_ACCOUNT' });
      expect(JSON.stringify(campaign.pausedReason)).toContain('20003');
      const leads = await app.get<{ data: { attempts: number }[] }>(`/campaigns/${id}/leads`);
      expect(leads.body.data.map((lead) => lead.attempts)).toEqual(Array.from({ length: 10 }, () => 0));
      expect((await world.ledger()).placements).toEqual([]);
    } finally {
      await app.close();
    }
  });
});
