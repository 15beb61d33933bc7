import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CampaignCountersRepository } from '../../../src/campaigns/index.js';
import { startTestApp, type TestApp } from '../../support/app.js';
import { waitFor } from '../../support/wait-for.js';
import { startFleet } from './fleet.js';
import { DialerWorld, fictionalNumbers, timesCalled } from './world.js';

const SETTINGS = { maxConcurrent: 10, callDelay: 0 };
/** Small enough for a test, in the proportions of the defaults. */
const IMPATIENT = {
  SILENT_CALL_AFTER_MS: '700',
  RECONCILE_INTERVAL_MS: '300',
  CARRIER_REQUEST_TIMEOUT_MS: '1000',
};

describe('what the net under the dialer catches', () => {
  let app: TestApp;
  let world: DialerWorld;

  beforeAll(async () => {
    app = await startTestApp({ ...IMPATIENT, UNKNOWN_GRACE_MS: '3000' });
    world = new DialerWorld(app.url, app.simulator.url);
  });

  afterAll(async () => {
    await app.close();
  });

  beforeEach(async () => {
    await fetch(`${app.simulator.url}/ledger`, { method: 'DELETE' });
    await fetch(`${app.simulator.url}/control`, { method: 'DELETE' });
    await world.carrier({ speed: 1, ringMs: 5, talkMs: 50, odds: { answered: 1 } });
  });

  async function expectEachCalledOnce(id: string, numbers: string[]): Promise<void> {
    await world.until(id, 'completed');
    const times = timesCalled(await world.ledger());
    expect([...times.values()]).toEqual(numbers.map(() => 1));
    expect(await world.stats(id)).toMatchObject({
      completed: numbers.length,
      pending: 0,
      calling: 0,
      failed: 0,
    });
    const counters = app.app.get(CampaignCountersRepository, { strict: false });
    expect((await counters.read([id])).get(id)).toEqual(await counters.recount(id));
  }

  it('should ask the carrier about calls whose callbacks are lost', async () => {
    await world.carrier({ faults: [{ kind: 'drop-callback' }] });
    const numbers = fictionalNumbers(15);
    const id = await world.campaign(SETTINGS, numbers);
    await world.start(id);
    await expectEachCalledOnce(id, numbers);
  });

  it.each(['500-but-placed', 'reset-after-placing', 'garbled-201', 'hang-but-placed'])(
    'should find the placement whose answer was lost (%s), and never place it again',
    async (kind) => {
      await world.carrier({ talkMs: 400, faults: [{ kind }, { kind: 'drop-callback' }] });
      const numbers = fictionalNumbers(10, 100);
      const id = await world.campaign(SETTINGS, numbers);
      await world.start(id);
      await expectEachCalledOnce(id, numbers);
    },
  );

  it('should declare a call not placed only after the grace time, and then call the lead again', async () => {
    await world.carrier({ faults: [{ kind: 'http-500', times: 2 }] });
    const numbers = fictionalNumbers(2, 200);
    const id = await world.campaign(SETTINGS, numbers);
    await world.start(id);
    await waitFor(async () => (await statusesOf(id)).join() === 'unknown,unknown', {
      message: 'unknown calls',
    });
    const unknownAt = Date.now();
    await expectEachCalledOnce(id, numbers);
    expect(Date.now() - unknownAt).toBeGreaterThan(2000);
    expect((await statusesOf(id)).toSorted()).toEqual(['completed', 'completed', 'failed', 'failed']);
  });

  it('should go on when Redis has lost every job', async () => {
    await world.carrier({ talkMs: 200 });
    const numbers = fictionalNumbers(40, 300);
    const id = await world.campaign({ maxConcurrent: 10, callDelay: 50 }, numbers);
    await world.start(id);
    await waitFor(async () => (await world.placed()) >= 10, { message: '10 placements' });
    await app.redis.flush();
    await expectEachCalledOnce(id, numbers);
  });

  async function statusesOf(id: string): Promise<string[]> {
    const calls = await app.get<{ data: { status: string }[] }>(`/campaigns/${id}/calls?limit=200`);
    return calls.body.data.map((call) => call.status);
  }
});

describe('a worker killed with -9 in mid-campaign', () => {
  it('should ring nobody twice and lose nobody', async () => {
    // It may die between the guard and the first byte: such a call is looked for as long as the grace lasts.
    const fleet = await startFleet({ workers: 2, env: { ...IMPATIENT, UNKNOWN_GRACE_MS: '3000' } });
    try {
      const { world, workers } = fleet;
      const numbers = fictionalNumbers(100);
      const id = await world.campaign(SETTINGS, numbers);
      await world.start(id);
      await waitFor(async () => (await world.placed()) >= 40, { message: '40 placements' });
      await workers[0]?.kill('SIGKILL');
      await world.until(id, 'completed', 40_000);
      const ledger = await world.ledger();
      expect([...timesCalled(ledger).values()]).toEqual(numbers.map(() => 1));
      expect(ledger.maxOpen).toBeLessThanOrEqual(SETTINGS.maxConcurrent);
    } finally {
      await fleet.close();
    }
  });
});
