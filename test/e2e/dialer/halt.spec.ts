import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { waitFor } from '../../support/wait-for.js';
import { startFleet, type Fleet } from './fleet.js';
import { fictionalNumbers, timesCalled } from './world.js';

const SETTINGS = { maxConcurrent: 8, callDelay: 0 };

describe('pause, stop, resume and start over two workers and an API', () => {
  let fleet: Fleet;

  beforeAll(async () => {
    fleet = await startFleet({ workers: 2 });
  });

  afterAll(async () => {
    await fleet.close();
  });

  beforeEach(async () => {
    await fetch(`${fleet.simulator.url}/ledger`, { method: 'DELETE' });
  });

  it('should place nothing after pause has answered, and go on where it was after resume', async () => {
    const { world } = fleet;
    const numbers = fictionalNumbers(100);
    const id = await world.campaign(SETTINGS, numbers);
    await world.start(id);
    // Past the guard and not yet sent: the pause has to wait for it.
    const isOnItsWay = async (): Promise<boolean> => {
      const path = `/campaigns/${id}/calls?limit=20`;
      const { data } = (await world.api.get<{ data: { phoneNumber: string; status: string }[] }>(path)).body;
      const atCarrier = timesCalled(await world.ledger());
      return data.some(({ phoneNumber, status }) => status === 'dialing' && !atCarrier.has(phoneNumber));
    };
    await waitFor(async () => (await world.placed()) >= 30 && isOnItsWay(), {
      message: 'a call on its way out after 30 placements',
    });

    const answer = await world.act(id, 'pause');
    const pausedAt = Date.now();
    expect(answer.status).toBe(200);
    const atPause = await world.placed();
    expect(atPause).toBeLessThan(numbers.length);
    await waitFor(async () => (await world.stats(id)).calling === 0, { message: 'calls in progress to end' });
    // Each worker has taken many more jobs by now, had it been going to: a retry, a tick, a callback's claim.
    await waitFor(() => Date.now() - pausedAt > 2500, { timeoutMs: 5000, message: 'two ticks' });
    expect(await world.placed()).toBe(atPause);

    expect((await world.act(id, 'resume')).status).toBe(200);
    await world.until(id, 'completed');
    const ledger = await world.ledger();
    expect([...timesCalled(ledger).values()].filter((times) => times !== 1)).toEqual([]);
    expect(timesCalled(ledger).size).toBe(numbers.length);
    expect(ledger.maxOpen).toBeLessThanOrEqual(SETTINGS.maxConcurrent);
    expect(await world.stats(id)).toMatchObject({
      completed: 100,
      pending: 0,
      calling: 0,
      failed: 0,
      totalCalls: 100,
    });
  });

  it('should stop, and start again with the leads that are left', async () => {
    const { world } = fleet;
    const id = await world.campaign(SETTINGS, fictionalNumbers(60, 200));
    await world.start(id);
    await waitFor(async () => (await world.placed()) >= 20, { message: '20 placements' });
    expect((await world.act(id, 'stop')).status).toBe(200);
    const atStop = await world.placed();
    await waitFor(async () => (await world.stats(id)).calling === 0, { message: 'calls in progress to end' });
    expect(await world.placed()).toBe(atStop);
    expect(await world.get(id)).toMatchObject({ status: 'stopped' });

    await world.start(id);
    await world.until(id, 'completed');
    const times = timesCalled(await world.ledger());
    expect([...times.values()].every((n) => n === 1)).toBe(true);
    expect(times.size).toBe(60);
  });

  it('should make one run of two starts at once', async () => {
    const { world } = fleet;
    const id = await world.campaign(SETTINGS, fictionalNumbers(40, 400));
    const answers = await Promise.all(Array.from({ length: 6 }, () => world.act(id, 'start')));
    expect(answers.map((answer) => answer.status).toSorted((a, b) => a - b)).toEqual([
      200, 400, 400, 400, 400, 400,
    ]);
    await world.until(id, 'completed');
    const ledger = await world.ledger();
    expect(ledger.placements).toHaveLength(40);
    expect(timesCalled(ledger).size).toBe(40);
    expect(ledger.maxOpen).toBeLessThanOrEqual(SETTINGS.maxConcurrent);
  });

  it('should end the calls in progress when asked to hang up', async () => {
    const { world } = fleet;
    await world.carrier({ talkMs: 60_000 });
    const id = await world.campaign(SETTINGS, fictionalNumbers(20, 500));
    await world.start(id);
    await waitFor(async () => (await world.ledger()).open === 8, { message: '8 calls in progress' });
    expect((await world.act(id, 'stop', '?hangup=true')).status).toBe(200);
    await waitFor(async () => (await world.ledger()).open === 0, { message: 'no call in progress' });
    await waitFor(async () => (await world.stats(id)).calling === 0, { message: 'slots back' });
    expect(await world.placed()).toBe(8);
    await world.carrier({ talkMs: 200 });
  });

  it("should keep maxConcurrent and agents' caps while calls end and begin", async () => {
    const { world } = fleet;
    const agents = await Promise.all(
      [1, 2].map((n) =>
        world.api.post<{ data: { id: string } }>('/agents', { name: `A${n}`, maxConcurrentCalls: n + 1 }),
      ),
    );
    const id = await world.campaign({ ...SETTINGS, agentStrategy: 'round_robin' }, fictionalNumbers(40, 600));
    for (const agent of agents) {
      const assigned = await world.api.post(`/campaigns/${id}/agents`, { agentId: agent.body.data.id });
      expect(assigned.status).toBe(201);
    }
    await world.start(id);
    await world.until(id, 'completed');
    const ledger = await world.ledger();
    expect(ledger.placements).toHaveLength(40);
    expect(ledger.maxOpen).toBe(5);
  });
});
