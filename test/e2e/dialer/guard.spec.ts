import { getQueueToken } from '@nestjs/bull';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PlacementService } from '../../../src/dialer/placement.service.js';
import { startTestApp, type TestApp } from '../../support/app.js';
import { waitFor } from '../../support/wait-for.js';
import { DialerWorld, fictionalNumbers, timesCalled } from './world.js';

describe('a job delivered more than once', () => {
  let app: TestApp;
  let world: DialerWorld;

  beforeAll(async () => {
    app = await startTestApp();
    world = new DialerWorld(app.url, app.simulator.url);
    await world.carrier({ speed: 1, ringMs: 20_000, odds: { answered: 1 } });
  });

  afterAll(async () => {
    await app.close();
  });

  it('should place its call once', async () => {
    const placement = app.app.get(PlacementService, { strict: false });
    const numbers = fictionalNumbers(10);
    const id = await world.campaign({ maxConcurrent: 10, callDelay: 0 }, numbers);
    // The queue of this process stands still: the calls are claimed, and nobody but this test places them.
    await app.app
      .get<{ pause(isLocal: boolean): Promise<void> }>(getQueueToken('calls'), { strict: false })
      .pause(true);
    await world.start(id);
    const calls = await claimed(id, numbers.length);
    await Promise.all(calls.flatMap((callId) => [1, 2, 3, 4, 5].map(() => placement.place(callId))));
    const ledger = await world.ledger();
    expect(ledger.placements).toHaveLength(numbers.length);
    expect([...timesCalled(ledger).values()]).toEqual(numbers.map(() => 1));
  });

  function claimed(id: string, count: number): Promise<string[]> {
    const ids = async (): Promise<string[] | null> => {
      const calls = await app.get<{ data: { id: string }[] }>(`/campaigns/${id}/calls`);
      return calls.body.data.length === count ? calls.body.data.map((call) => call.id) : null;
    };
    return waitFor(ids, { message: `${count} claimed calls` });
  }
});
