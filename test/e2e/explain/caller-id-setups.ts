import { expect } from 'vitest';
import { waitFor } from '../../support/wait-for.js';
import { inMs } from './clock.js';
import { behindCalls } from './active-setups.js';
import type { Made, Setup } from './setup.js';
import { CAPPED, FOREVER_MS, GONE, INACTIVE, PACED, RESTING, type ExplainWorld } from './world.js';

/** A lead whose campaign may call from one number only, which has this reason. */
async function from(world: ExplainWorld, phoneNumber: string, reason: string, calls: number): Promise<Made> {
  const lead = await behindCalls(world, { callerIds: [phoneNumber] }, calls);
  const numbers = [expect.objectContaining({ phoneNumber, reason }) as object];
  return { lead, expected: { numbers, isComplete: true } };
}

/** Leads in line whose campaigns have no number to call from. */
export const CALLER_IDS: Setup[] = [
  {
    name: 'the number to call from has made its calls of the day',
    reason: 'caller_ids_capped',
    setUp: async (world) => {
      await world.changeNumber(CAPPED, '', { dailyCap: 1 });
      const midnight = new Date();
      midnight.setUTCHours(24, 0, 0, 0);
      return { ...(await from(world, CAPPED, 'caller_ids_capped', 1)), until: midnight.toISOString() };
    },
  },
  {
    name: 'the number to call from rests',
    reason: 'caller_ids_resting',
    setUp: async (world) => {
      const until = inMs(FOREVER_MS);
      await world.changeNumber(RESTING, '/rest', { until });
      return { ...(await from(world, RESTING, 'caller_ids_resting', 0)), until };
    },
  },
  {
    name: 'the number to call from is too slow',
    reason: 'caller_ids_paced',
    setUp: async (world) => {
      await world.changeNumber(PACED, '', { cps: 0.01 });
      // One is placed at once, the other one queued for its turn.
      const made = await from(world, PACED, 'caller_ids_paced', 2);
      // A turn each hundred seconds, from whenever it is asked.
      return { ...made, until: { from: inMs(100_000), to: inMs(130_000) } };
    },
  },
  {
    name: 'the number to call from was deactivated',
    reason: 'caller_ids_inactive',
    ends: 'by_somebody',
    setUp: async (world) => {
      await world.changeNumber(INACTIVE, '', { isActive: false });
      return from(world, INACTIVE, 'caller_ids_inactive', 0);
    },
  },
  {
    name: 'there is no number to call from any more',
    reason: 'no_caller_id',
    ends: 'by_somebody',
    evidence: { numbers: [], isComplete: true },
    setUp: async (world) => {
      const [number = ''] = world.numbers(1);
      const campaignId = await world.draft({ callerIds: [GONE] }, [number]);
      // Past the API, which deletes no number that a campaign names; the app reads them once a second.
      await world.rows.db.query('DELETE FROM phone_numbers WHERE phone_number = $1', [GONE]);
      await waitFor(async () => (await world.callerIds(campaignId)) === 'no_caller_id', {
        message: 'the number to be gone',
      });
      await world.dialer.start(campaignId);
      return { lead: { campaignId, number } };
    },
  },
];
