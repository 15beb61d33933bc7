import { expect } from 'vitest';
import { waitFor } from '../../support/wait-for.js';
import { EVERY_DAY } from './clock.js';
import type { Made, Setup } from './setup.js';
import type { Case, ExplainWorld } from './world.js';

const RETRIES = { retryFailed: true, retryAttempts: 1, retryDelay: 0 };

/** A lead that is through, its campaign completed. */
async function through(world: ExplainWorld, settings: object, plan: object): Promise<Made> {
  const lead = await world.lead(settings, plan);
  await world.dialer.until(lead.campaignId, 'completed');
  return { lead, expected: { leadReason: (await world.row(lead)).reason } };
}

async function lastCalls(made: Made, outcomes: string[]): Promise<Made> {
  const calls = outcomes.map((outcome) => expect.objectContaining({ outcome }) as object);
  return Promise.resolve({ ...made, expected: { ...made.expected, lastCalls: calls } });
}

async function suppressedWhileAsked(world: ExplainWorld): Promise<Case> {
  const number = await world.number();
  await world.suppress(number, { reason: 'Asked by letter' });
  return { campaignId: await world.started({}, [number]), number };
}

/** Leads that are through: completed or failed. */
export const THROUGH: Setup[] = [
  {
    name: 'somebody answered',
    reason: 'answered',
    ends: 'never',
    status: 'completed',
    calls: 1,
    setUp: (world) => through(world, {}, { outcome: 'answered' }),
  },
  {
    name: 'a later run calls it again',
    reason: 'answered',
    status: 'completed',
    evidence: { reopen: 'all' },
    calls: 1,
    setUp: async (world) => {
      const recurrence = { cron: '0 0 1 1 *', timezone: 'UTC', reopen: 'all' };
      const lead = await world.lead({ recurrence });
      await waitFor(async () => (await world.row(lead)).status === 'completed', {
        message: 'a completed lead',
      });
      const { nextRunAt } = await world.dialer.get(lead.campaignId);
      return { lead, until: String(nextRunAt) };
    },
  },
  {
    name: 'a voicemail took the call',
    reason: 'voicemail',
    ends: 'never',
    status: 'completed',
    calls: 1,
    setUp: (world) => through(world, {}, { outcome: 'machine' }),
  },
  {
    name: 'nobody calls a busy number again without a rule',
    reason: 'not_retried',
    ends: 'never',
    status: 'failed',
    calls: 1,
    evidence: { leadReason: 'busy', attempts: 1, retryFailed: false },
    setUp: async (world) => lastCalls(await through(world, {}, { outcome: 'busy' }), ['busy']),
  },
  {
    name: 'all attempts are used',
    reason: 'attempts_used',
    ends: 'never',
    status: 'failed',
    calls: 2,
    evidence: { leadReason: 'no_answer', attempts: 2, ...RETRIES },
    setUp: async (world) =>
      lastCalls(await through(world, RETRIES, { outcome: 'no-answer' }), ['no_answer', 'no_answer']),
  },
  {
    name: 'the rule of its outcome is used up',
    reason: 'attempts_used',
    ends: 'never',
    status: 'failed',
    calls: 2,
    evidence: { leadReason: 'busy', attempts: 2 },
    setUp: (world) => {
      const retryRules = [
        { on: 'busy', attempts: 1, delays: [0] },
        { on: 'no_answer', attempts: 3, delays: [0] },
      ];
      return through(world, { retryRules }, { outcome: 'busy' });
    },
  },
  {
    name: 'the number is not in service',
    reason: 'number_not_in_service',
    ends: 'never',
    status: 'failed',
    calls: 1,
    setUp: (world) => through(world, RETRIES, { outcome: 'failed', sipCode: 410 }),
  },
  {
    name: 'the callee refuses such calls',
    reason: 'call_unwanted',
    ends: 'never',
    status: 'failed',
    calls: 1,
    setUp: (world) => through(world, RETRIES, { outcome: 'failed', sipCode: 607 }),
  },
  {
    name: 'the carrier refused the number',
    reason: 'carrier_refused',
    ends: 'never',
    status: 'failed',
    evidence: { leadReason: 'carrier_21214' },
    setUp: (world) => through(world, RETRIES, { refuse: 21214 }),
  },
  {
    name: 'a key was pressed against further calls',
    reason: 'opted_out',
    ends: 'never',
    status: 'completed',
    calls: 1,
    setUp: async (world) => {
      const made = await through(world, { optOut: {} }, { keys: '9', keyMs: 10, talkMs: 2000 });
      const suppressions = [expect.objectContaining({ source: 'keypress' }) as object];
      return { ...made, expected: { ...made.expected, suppressions } };
    },
  },
  {
    name: 'the number is suppressed',
    reason: 'suppressed',
    ends: 'never',
    status: 'failed',
    setUp: async (world) => {
      const lead = await suppressedWhileAsked(world);
      await waitFor(async () => (await world.row(lead)).status === 'failed', { message: 'a failed lead' });
      const entry = { reason: 'Asked by letter', expiresAt: null, campaignId: null };
      const suppressions = [expect.objectContaining(entry) as object];
      return { lead, expected: { suppressions } };
    },
  },
  {
    name: 'no hour suits all of its clocks',
    reason: 'never_in_window',
    ends: 'never',
    status: 'failed',
    setUp: (world) => {
      const hours = [{ days: EVERY_DAY, start: '22:00', end: '06:00' }];
      return through(world, { rulePack: 'us-tcpa', callingWindow: { timezone: 'lead', hours } }, {});
    },
  },
];
