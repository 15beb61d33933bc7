import { afterEach, describe, expect, it } from 'vitest';
import { waitFor } from '../../support/wait-for.js';
import type { TestSettings } from '../../support/app.js';
import { ExplainWorld, FOREVER_MS, type Case } from './world.js';

const LONG = { outcome: 'answered', talkMs: FOREVER_MS };

describe('why the account leaves nothing', () => {
  let world: ExplainWorld;
  afterEach(() => world.close());

  async function start(settings: TestSettings): Promise<void> {
    world = await ExplainWorld.start(settings);
  }

  /** A started campaign with so many leads whose calls do not end. */
  async function talking(settings: object, leads: number): Promise<Case[]> {
    const numbers = await Promise.all(Array.from({ length: leads }, () => world.number(LONG)));
    const campaignId = await world.started(settings, numbers);
    return numbers.map((number) => ({ campaignId, number }));
  }

  it('should tell that all slots of the account are full', async () => {
    await start({ CARRIER_MAX_CONCURRENT: '2' });
    const [first, second] = await talking({}, 2);
    await waitFor(async () => (await world.dialer.ledger()).open === 2, { message: 'two open calls' });
    const [lead] = await talking({ weight: 3 }, 1);
    const told = await world.explained(lead!, 'account_full');
    expect(told.reasons).toHaveLength(1);
    expect(told.reasons[0]).toMatchObject({
      ends: 'by_itself',
      evidence: {
        ...{ CARRIER_MAX_CONCURRENT: 2, openCalls: 2 },
        campaigns: [
          { campaignId: first?.campaignId, openCalls: 2, weight: 1 },
          { campaignId: lead?.campaignId, weight: 3 },
        ],
      },
    });
    expect(told).toMatchObject({ waitsFor: 'account_full', nextAttemptAt: null, place: { ahead: 0 } });
    expect(await Promise.all([first!, second!, lead!].map(({ number }) => world.placements(number)))).toEqual(
      [1, 1, 0],
    );
  });

  it("should tell that the calls before it wait for the account's turns", async () => {
    await start({ CARRIER_CPS: '0.05' });
    const leads = await talking({}, 3);
    await world.waitForTurn(leads[1]!);
    const told = await world.explained(leads[2]!, 'account_cps');
    expect(told.reasons[0]).toMatchObject({
      evidence: { CARRIER_CPS: 0.05, queuedCalls: 1, nextTurnAt: expect.any(String) as string },
    });
    expect(await world.placements(leads[2]!.number)).toBe(0);
  });
});
