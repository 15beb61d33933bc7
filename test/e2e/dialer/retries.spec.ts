import { getQueueToken } from '@nestjs/bull';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CampaignCountersRepository } from '../../../src/campaigns/index.js';
import { startTestApp, type TestApp } from '../../support/app.js';
import { waitFor } from '../../support/wait-for.js';
import { DialerWorld, fictionalNumbers, timesCalled } from './world.js';

interface Lead {
  phoneNumber: string;
  status: string;
  reason: string | null;
  attempts: number;
}

interface Call {
  id: string;
  status: string;
  outcome: string;
  attempt: number;
  errorCode: string | null;
}

interface Queue {
  pause(isLocal: boolean): Promise<void>;
  resume(isLocal: boolean): Promise<void>;
}

const FAST = { maxConcurrent: 20, callDelay: 0 };

/** The tick makes waiting leads ready once a second; the rest is a slow machine. */
const LATEST_MS = 2500;

describe('retry rules', () => {
  let app: TestApp;
  let world: DialerWorld;

  beforeAll(async () => {
    app = await startTestApp({ MACHINE_DETECTION: 'true' });
    world = new DialerWorld(app.url, app.simulator.url);
  });

  afterAll(() => app.close());

  beforeEach(async () => {
    await fetch(`${app.simulator.url}/ledger`, { method: 'DELETE' });
    await fetch(`${app.simulator.url}/control`, { method: 'DELETE' });
    await world.carrier({ speed: 1, ringMs: 5, talkMs: 40, odds: { answered: 1 } });
  });

  async function leadsOf(id: string): Promise<Map<string, Lead>> {
    const { body } = await app.get<{ data: Lead[] }>(`/campaigns/${id}/leads?limit=200`);
    return new Map(body.data.map((lead) => [lead.phoneNumber, lead]));
  }

  async function callsOf(id: string): Promise<Call[]> {
    return (await app.get<{ data: Call[] }>(`/campaigns/${id}/calls?limit=200`)).body.data.toReversed();
  }

  async function expectCountersTrue(id: string): Promise<void> {
    const counters = app.app.get(CampaignCountersRepository, { strict: false });
    expect((await counters.read([id])).get(id)).toEqual(await counters.recount(id));
  }

  async function run(settings: object, numbers: string[]): Promise<string> {
    const id = await world.campaign({ ...FAST, ...settings }, numbers);
    await world.start(id);
    await world.until(id, 'completed');
    return id;
  }

  it('should wait as long as the rule of each outcome says, and stay within the one budget', async () => {
    const [number] = fictionalNumbers(1, 3000);
    await world.carrier({
      odds: { 'no-answer': 1 },
      numbers: { [number!]: { outcome: 'busy', ringMs: 5, times: 2 } },
    });
    const retryRules = [
      { on: 'no_answer', attempts: 2, delays: [0] },
      { on: 'busy', attempts: 3, delays: [3000, 6000] },
    ];
    const id = await run({ retryRules }, [number!]);
    const { placements } = await world.ledger();
    expect(placements.map((each) => each.status)).toEqual(['busy', 'busy', 'no-answer', 'no-answer']);
    const waits = placements.slice(1).map((each, i) => each.placedAt - (placements[i]?.endedAt ?? Infinity));
    for (const [i, delay] of [3000, 6000, 0].entries()) {
      expect(waits[i]).toBeGreaterThanOrEqual(delay);
      expect(waits[i]).toBeLessThan(delay + LATEST_MS);
    }
    expect((await leadsOf(id)).get(number!)).toMatchObject({
      status: 'failed',
      reason: 'no_answer',
      attempts: 4,
    });
  });

  it('should retry what a rule names, as often as it says, and nothing else', async () => {
    const expected: [number: string, placements: number, status: string, reason: string][] = [
      ['+14155550110', 3, 'failed', 'busy'],
      ['+14155550111', 1, 'failed', 'no_answer'],
      ['+14155550112', 4, 'failed', 'failed'],
      ['+14155550113', 2, 'completed', 'voicemail'],
      ['+14155550116', 1, 'completed', 'answered'],
      ['+14155550119', 2, 'completed', 'answered'],
      ['+14155550122', 1, 'failed', 'number_not_in_service'],
    ];
    const retryRules = [
      { on: 'busy', attempts: 2, delays: [0] },
      { on: 'voicemail', attempts: 1, delays: [0] },
      { on: 'failed', attempts: 3, delays: [0] },
    ];
    const id = await run(
      { retryRules },
      expected.map(([number]) => number),
    );
    const times = timesCalled(await world.ledger());
    const leads = await leadsOf(id);
    const seen = expected.map(([number]) => {
      const lead = leads.get(number);
      return [number, times.get(number), lead?.status, lead?.reason];
    });
    expect(seen).toEqual(expected);
    expect(await world.stats(id)).toMatchObject({ completed: 3, failed: 4, totalCalls: 14 });
    await expectCountersTrue(id);
  });

  it('should not look at retryFailed where there are rules', async () => {
    const retryRules = [{ on: 'no_answer', attempts: 1, delays: [0] }];
    await run({ retryFailed: true, retryAttempts: 5, retryDelay: 0, retryRules }, [
      '+14155550110',
      '+14155550111',
    ]);
    const times = timesCalled(await world.ledger());
    expect([times.get('+14155550110'), times.get('+14155550111')]).toEqual([1, 2]);
  });

  it('should hear from the SIP code what a failed call was, and call no number again that is not there', async () => {
    const codes = [404, 410, 484, 604, 607, 486, 480, 603, 503, 403];
    const numbers = fictionalNumbers(codes.length, 3100);
    await world.carrier({
      numbers: Object.fromEntries(
        numbers.map((number, i) => [number, { outcome: 'failed', ringMs: 5, sipCode: codes[i] }]),
      ),
    });
    const id = await run({ retryFailed: true, retryAttempts: 1, retryDelay: 0 }, numbers);
    const times = timesCalled(await world.ledger());
    const leads = await leadsOf(id);
    const seen = numbers.map((number, i) => [codes[i], times.get(number), leads.get(number)?.reason]);
    expect(seen).toEqual([
      ...[404, 410, 484, 604].map((code) => [code, 1, 'number_not_in_service']),
      [607, 1, 'call_unwanted'],
      [486, 2, 'busy'],
      [480, 2, 'no_answer'],
      [603, 2, 'busy'],
      [503, 2, 'failed'],
      [403, 2, 'failed'],
    ]);
    const gone = (await callsOf(id)).filter((call) => call.errorCode === '404');
    expect(gone).toEqual([expect.objectContaining({ status: 'failed', outcome: 'failed', attempt: 1 })]);
    await expectCountersTrue(id);
  });

  it('should not count a call that was withdrawn before it rang', async () => {
    const queue = app.app.get<Queue>(getQueueToken('calls'), { strict: false });
    const [number] = fictionalNumbers(1, 3200);
    await world.carrier({ ringMs: 60_000 });
    const retryRules = [{ on: 'canceled', attempts: 1, delays: [0] }];
    await queue.pause(true);
    const id = await world.campaign({ ...FAST, retryRules }, [number!]);
    await world.start(id);
    await waitFor(async () => (await callsOf(id)).length === 1, { message: 'the claimed call' });
    expect((await world.act(id, 'pause')).status).toBe(200);
    await queue.resume(true);
    expect((await world.act(id, 'resume')).status).toBe(200);
    for (const nth of [1, 2]) {
      const ringing = await waitFor(
        async () => (await callsOf(id)).find((call) => call.status === 'ringing'),
        { message: `ring ${nth}` },
      );
      expect(ringing.attempt).toBe(nth);
      expect((await app.post(`/calls/${ringing.id}/hangup`)).status).toBe(200);
      await waitFor(async () => (await app.get<{ data: Call }>(`/calls/${ringing.id}`)).body.data.outcome, {
        message: 'its end',
      });
    }
    await world.until(id, 'completed');
    const calls = (await callsOf(id)).map((call) => [call.attempt, call.outcome]);
    expect(calls).toEqual([
      [1, 'canceled'],
      [1, 'canceled'],
      [2, 'canceled'],
    ]);
    expect((await leadsOf(id)).get(number!)).toMatchObject({ reason: 'canceled', attempts: 2 });
    expect((await world.ledger()).placements).toHaveLength(2);
    await expectCountersTrue(id);
  });
});
