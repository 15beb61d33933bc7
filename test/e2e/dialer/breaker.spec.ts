import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '../../support/wait-for.js';
import { startFleet, type Fleet } from './fleet.js';
import { fictionalNumbers, timesCalled } from './world.js';

const SETTINGS = { maxConcurrent: 30, callDelay: 0 };

interface Paused {
  code: string;
  message: string;
}

describe('the circuit breaker, over two workers', () => {
  let fleet: Fleet;

  beforeAll(async () => {
    fleet = await startFleet({
      workers: 2,
      env: { UNKNOWN_GRACE_MS: '200', RECONCILE_INTERVAL_MS: '100', CARRIER_BREAKER_CALLS: '20' },
    });
    await fleet.world.carrier({ talkMs: 50 });
  });
  afterAll(() => fleet.close());

  it('should pause a campaign whose calls the carrier fails, say why, and lose nobody', async () => {
    const { world } = fleet;
    const numbers = fictionalNumbers(120);
    await world.carrier({ faults: [{ kind: 'http-503' }] });
    const id = await world.campaign(SETTINGS, numbers);
    await world.start(id);
    await world.until(id, 'paused');
    const { code, message } = (await world.get(id)).pausedReason as Paused;
    expect(code).toBe('CARRIER_FAILING');
    const [failed, calls] = /failed (\d+) of (\d+) calls/.exec(message)!.slice(1).map(Number);
    expect(calls).toBeGreaterThanOrEqual(20);
    expect(failed! / calls!).toBeGreaterThanOrEqual(0.5);
    await waitFor(async () => (await world.stats(id)).calling === 0, { message: 'no call under way' });
    expect((await world.ledger()).placements).toEqual([]);

    await world.carrier({ faults: [] });
    expect((await world.act(id, 'resume')).status).toBe(200);
    await world.until(id, 'completed');
    const stats = await world.stats(id);
    expect(stats).toMatchObject({ pending: 0, calling: 0, totalLeads: 120 });
    // A placement that is given up is repeated once a lead: who was unlucky twice fails, and nobody is called twice.
    expect(stats.completed).toBeGreaterThan(80);
    expect(Math.max(...timesCalled(await world.ledger()).values())).toBe(1);
  });

  it('should not mind busy lines and people who do not answer', async () => {
    const { world } = fleet;
    // Some must answer: a number of ours that nobody answers any more is rested.
    await world.carrier({ odds: { busy: 0.35, 'no-answer': 0, failed: 0.35, answered: 0.3, machine: 0 } });
    const id = await world.campaign(SETTINGS, fictionalNumbers(60, 1000));
    await world.start(id);
    await world.until(id, 'completed');
    expect(await world.stats(id)).toMatchObject({ pending: 0, calling: 0, totalCalls: 60 });
    expect((await world.get(id)).pausedReason).toBeNull();
  });
});
