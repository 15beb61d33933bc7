import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../support/app.js';
import { DialerWorld, fictionalNumbers, timesCalled } from './world.js';

describe('slots that come free, where nobody looks after campaigns that were forgotten', () => {
  let app: TestApp;
  let world: DialerWorld;

  beforeAll(async () => {
    app = await startTestApp({ RECONCILE_INTERVAL_MS: '600000' });
    world = new DialerWorld(app.url, app.simulator.url);
  });
  afterAll(async () => {
    await app.close();
  });
  beforeEach(async () => {
    await fetch(`${app.simulator.url}/ledger`, { method: 'DELETE' });
  });

  it.each([
    { slots: 1, leads: 15, talkMs: 30 },
    { slots: 3, leads: 45, talkMs: 40 },
    { slots: 10, leads: 60, talkMs: 100 },
  ])('should be filled by each end, and the last end completes: $slots', async ({ slots, leads, talkMs }) => {
    await world.carrier({ speed: 1, ringMs: 0, talkMs, odds: { answered: 1 } });
    const numbers = fictionalNumbers(leads, slots * 100);
    const id = await world.campaign({ maxConcurrent: slots, callDelay: 0 }, numbers);
    await world.start(id);
    await world.until(id, 'completed');
    const ledger = await world.ledger();
    expect([...timesCalled(ledger).values()]).toEqual(numbers.map(() => 1));
    expect(ledger.maxOpen).toBeLessThanOrEqual(slots);
  });
});
