import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startReceiver, type Receiver } from '../../support/receiver.js';
import { waitFor } from '../../support/wait-for.js';
import { startFleet, type Fleet } from '../dialer/fleet.js';
import { HooksWorld, namesOf } from './hooks-world.js';

const EVENTS = 30;

describe('a worker that is killed', () => {
  let fleet: Fleet;
  let receiver: Receiver;

  beforeAll(async () => {
    receiver = await startReceiver();
    fleet = await startFleet({
      workers: 1,
      env: { WEBHOOKS_ALLOW_PRIVATE: 'true', WEBHOOKS_RETRY_MS: '20', WEBHOOKS_TIMEOUT_MS: '500' },
    });
  });
  afterAll(async () => {
    await fleet.close();
    await receiver.close();
  });

  it('should lose no event and change no order: what was under way is told again under its id', async () => {
    const world = new HooksWorld(fleet.world.api);
    const hook = await world.subscribe(receiver.url, ['campaign.created']);
    // The receiver has this one, and the worker will never know.
    const lost = 'Event 10';
    let isKilled: Promise<void> | undefined;
    const ok = receiver.answer;
    receiver.answer = (response, received) => {
      if (received.body.data.name !== lost) return ok(response, received);
      isKilled ??= fleet.workers[0]!.kill('SIGKILL');
    };
    const names = await world.happen(EVENTS);
    await waitFor(() => isKilled !== undefined, { message: 'the worker is killed in an attempt' });
    await isKilled;
    receiver.answer = ok;
    await fleet.addWorker();
    await world.until(hook.id, 'delivered', EVENTS, 20_000);
    const repeated = namesOf(receiver).filter((name) => name === lost).length;
    expect(repeated).toBeGreaterThanOrEqual(2);
    const inOrder = namesOf(receiver).filter((name, i, all) => name !== all[i - 1]);
    expect(inOrder).toEqual(names);
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(EVENTS);
  });
});
