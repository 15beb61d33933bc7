import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '../../support/wait-for.js';
import { startFleet, type Fleet } from './fleet.js';
import { fictionalNumbers, timesCalled } from './world.js';

const A = '+12025550100';
const B = '+12025550101';
const FAST = { maxConcurrent: 20, callDelay: 0 };

describe('the limits of numbers over several processes', () => {
  let fleet: Fleet;

  beforeAll(async () => {
    fleet = await startFleet({ workers: 2, env: { TWILIO_PHONE_NUMBERS: `${A},${B}` } });
  });
  afterAll(() => fleet.close());

  async function change(phoneNumber: string, fields: object): Promise<void> {
    const { body } = await fleet.world.api.get<{ data: { id: string; phoneNumber: string }[] }>(
      '/phone-numbers',
    );
    const id = body.data.find((each) => each.phoneNumber === phoneNumber)?.id;
    expect((await fleet.world.api.put(`/phone-numbers/${id}`, fields)).status).toBe(200);
  }

  async function placedFrom(number: string): Promise<number[]> {
    const { placements } = await fleet.world.ledger();
    return placements.filter(({ from }) => from === number).map(({ placedAt }) => placedAt);
  }

  async function waits(id: string): Promise<{ reason: string | null; until: string | null }> {
    const path = `/campaigns/${id}/caller-ids`;
    return (await fleet.world.api.get<{ data: { reason: string | null; until: string | null } }>(path)).body
      .data;
  }

  it('should keep the calls of a day, make the campaigns wait for the next, and lose no lead', async () => {
    const { world } = fleet;
    await change(A, { dailyCap: 7 });
    await change(B, { dailyCap: 5 });
    const campaigns = await Promise.all(
      [0, 1, 2, 3, 4, 5, 6, 7].map((n) => world.campaign(FAST, fictionalNumbers(10, 10 * n))),
    );
    await Promise.all(campaigns.map((id) => world.start(id)));
    await waitFor(async () => (await world.ledger()).placements.length >= 12, { message: '12 placements' });
    const midnight = new Date();
    midnight.setUTCHours(24, 0, 0, 0);
    for (const id of campaigns) {
      expect(await waits(id)).toMatchObject({ reason: 'caller_ids_capped', until: midnight.toISOString() });
    }
    // A higher cap is used to its end and no further, by whichever process comes first.
    await change(A, { dailyCap: 16 });
    await waitFor(async () => (await placedFrom(A)).length >= 16, { message: '16 placements from A' });
    await waitFor(async () => (await world.ledger()).open === 0, { message: 'the last of them ended' });
    await change(B, { dailyCap: 6 });
    await waitFor(async () => (await placedFrom(B)).length >= 6, { message: '6 placements from B' });
    expect([(await placedFrom(A)).length, (await placedFrom(B)).length]).toEqual([16, 6]);
    await change(A, { dailyCap: null });
    for (const id of campaigns) await world.until(id, 'completed');
    const ledger = await world.ledger();
    expect(ledger.placements).toHaveLength(80);
    expect(timesCalled(ledger).size).toBe(80);
    expect(await placedFrom(B)).toHaveLength(6);
  });

  it('should keep the calls per second of a number', async () => {
    const { world } = fleet;
    await change(A, { cps: 4 });
    const before = (await placedFrom(A)).length;
    const id = await world.campaign({ ...FAST, callerIds: [A] }, fictionalNumbers(20, 100));
    await world.start(id);
    await world.until(id, 'completed');
    const at = (await placedFrom(A)).slice(before).toSorted((a, b) => a - b);
    const most = Math.max(...at.map((from) => at.filter((t) => t >= from && t < from + 1000).length));
    expect(at).toHaveLength(20);
    expect(most).toBeLessThanOrEqual(4 + 1);
    expect(most).toBeGreaterThanOrEqual(3); // and it does not crawl
  });
});
