import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../support/app.js';
import { waitFor } from '../../support/wait-for.js';
import { DialerWorld, fictionalNumbers } from './world.js';

const SETTINGS = { maxConcurrent: 5, callDelay: 0 };

describe('calls the carrier has queued', () => {
  let app: TestApp;
  let world: DialerWorld;

  beforeAll(async () => {
    app = await startTestApp();
    world = new DialerWorld(app.url, app.simulator.url);
  });

  afterAll(async () => {
    await app.close();
  });

  /** Twilio accepts what is above the account's rate, and dials it up to a day later. */
  beforeEach(async () => {
    await world.carrier({ speed: 1, queueMs: 60_000, ringMs: 5, talkMs: 20, odds: { answered: 1 } });
  });

  it.each(['pause', 'stop'] as const)(
    'should be canceled there by %s, their attempts given back',
    async (action) => {
      const numbers = fictionalNumbers(8, action === 'pause' ? 0 : 100);
      const id = await world.campaign(SETTINGS, numbers);
      await world.start(id);
      await waitFor(async () => (await world.ledger()).open === 5, {
        message: '5 calls queued at the carrier',
      });
      expect((await world.act(id, action)).status).toBe(200);
      expect((await world.ledger()).open).toBe(0);
      expect(await world.stats(id)).toMatchObject({ pending: 8, calling: 0, failed: 0 });
      const leads = await app.get<{ data: { attempts: number; status: string }[] }>(`/campaigns/${id}/leads`);
      for (const lead of leads.body.data) expect(lead).toMatchObject({ status: 'pending', attempts: 0 });

      await world.carrier({ queueMs: 0 });
      expect((await world.act(id, action === 'pause' ? 'resume' : 'start')).status).toBe(200);
      await world.until(id, 'completed');
      expect(await world.stats(id)).toMatchObject({ completed: 8, successfulCalls: 8 });
    },
  );

  it('should keep their campaign and its leads from being deleted', async () => {
    const id = await world.campaign(SETTINGS, fictionalNumbers(2, 200));
    await world.start(id);
    await waitFor(async () => (await world.ledger()).open === 2, {
      message: '2 calls queued at the carrier',
    });
    const [lead] = (await app.get<{ data: { id: string }[] }>(`/campaigns/${id}/leads`)).body.data;
    expect((await app.delete(`/campaigns/${id}`)).status).toBe(400);
    expect((await app.delete(`/campaigns/${id}/leads/${lead?.id ?? ''}`)).status).toBe(400);
    await world.act(id, 'stop');
    expect((await app.delete(`/campaigns/${id}`)).status).toBe(200);
  });
});
