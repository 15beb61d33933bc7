import { expect } from 'vitest';
import { neverOpen } from './clock.js';
import type { Made, SelfPauseCode, Setup } from './setup.js';
import { FOREVER_MS, type ExplainWorld } from './world.js';

/** The campaign has paused itself: its last lead was not called. */
async function pausedItself(
  world: ExplainWorld,
  code: SelfPauseCode,
  settings: object,
  numbers: string[],
): Promise<Made> {
  const [number = ''] = world.numbers(1);
  const campaignId = await world.started({ maxConcurrent: 1, ...settings }, [...numbers, number]);
  await world.dialer.until(campaignId, 'paused');
  const pausedReason = { code, message: expect.any(String) as string };
  return { lead: { campaignId, number }, expected: { status: 'paused', pausedReason } };
}

const ITSELF = { reason: 'campaign_paused_itself', ends: 'by_somebody' } as const;

/** Campaigns that paused themselves. */
export const PAUSED: Setup[] = [
  {
    ...ITSELF,
    name: 'the campaign paused itself at maxCalls',
    pause: 'MAX_CALLS_REACHED',
    says: /paused itself: 1 of at most 1 calls/,
    setUp: (world) => pausedItself(world, 'MAX_CALLS_REACHED', { maxCalls: 1 }, world.numbers(1)),
  },
  {
    ...ITSELF,
    name: 'the campaign paused itself at maxSpend',
    pause: 'MAX_SPEND_REACHED',
    says: /paused itself: 0.05 of at most 0.12/,
    // A call may last two minutes of 0.05, and one that was answered costs one of them.
    setUp: (world) => pausedItself(world, 'MAX_SPEND_REACHED', { maxSpend: 0.12 }, world.numbers(1)),
  },
  {
    ...ITSELF,
    name: 'the campaign paused itself because the carrier fails its calls',
    pause: 'CARRIER_FAILING',
    says: /paused itself: The carrier failed 5 of [56] calls .*resume/,
    setUp: async (world) => {
      const failing = await world.planned(5, { outcome: 'failed', sipCode: 503 });
      // Claimed before the carrier was judged, perhaps: then it keeps the only slot.
      const talking = await world.number({ outcome: 'answered', talkMs: FOREVER_MS });
      return pausedItself(world, 'CARRIER_FAILING', {}, [...failing, talking]);
    },
  },
  {
    ...ITSELF,
    name: 'the campaign paused itself because the carrier refused the account',
    pause: 'CARRIER_REFUSED_ACCOUNT',
    says: /paused itself: The carrier refused the account: .*20003/,
    setUp: async (world) => {
      const refused = await world.number({ refuse: 20003 });
      return pausedItself(world, 'CARRIER_REFUSED_ACCOUNT', {}, [refused]);
    },
  },
  {
    ...ITSELF,
    name: 'the campaign paused itself because its window never opens',
    pause: 'WINDOW_NEVER_OPENS',
    also: ['never_in_window', 'campaign_asleep'],
    waitsFor: 'never_in_window',
    says: /paused itself: .*400 days/,
    setUp: async (world) => {
      const callingWindow = neverOpen();
      const made = await pausedItself(world, 'WINDOW_NEVER_OPENS', { callingWindow }, []);
      const windows = [{ isOpen: false, reason: 'outside_window', opensAt: null }];
      return {
        ...made,
        others: {
          never_in_window: { timezoneFrom: 'number', windows },
          campaign_asleep: { verdict: 'outside_window', wakesAt: null },
        },
      };
    },
  },
];
