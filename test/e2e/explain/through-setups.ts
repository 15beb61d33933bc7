import { expect } from 'vitest';
import { waitFor } from '../../support/wait-for.js';
import { EVERY_DAY, newYear } from './clock.js';
import type { Made, Setup } from './setup.js';
import type { Case } from './rows.js';
import { NOWHERE, type ExplainWorld } from './world.js';

const RETRIES = { retryFailed: true, retryAttempts: 1, retryDelay: 0 };

/** A lead that is through, its campaign completed. @param outcomes of its calls, latest first */
async function through(
  world: ExplainWorld,
  settings: object,
  plan: object,
  outcomes: string[],
): Promise<Made> {
  return ended(world, await world.lead(settings, plan), outcomes);
}

async function ended(world: ExplainWorld, lead: Case, outcomes: string[]): Promise<Made> {
  await world.dialer.until(lead.campaignId, 'completed');
  const lastCalls = outcomes.map((outcome) => expect.objectContaining({ outcome }) as object);
  return { lead, expected: { leadReason: (await world.rows.lead(lead)).reason, lastCalls } };
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
    setUp: (world) => through(world, {}, { outcome: 'answered' }, ['answered']),
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
      await waitFor(async () => (await world.rows.lead(lead)).status === 'completed', {
        message: 'a completed lead',
      });
      const until = newYear();
      return { lead, until, expected: { nextRunAt: until } };
    },
  },
  {
    name: 'a voicemail took the call',
    reason: 'voicemail',
    ends: 'never',
    status: 'completed',
    calls: 1,
    setUp: (world) => through(world, {}, { outcome: 'machine' }, ['voicemail']),
  },
  {
    name: 'nobody calls a busy number again without a rule',
    reason: 'not_retried',
    ends: 'never',
    status: 'failed',
    calls: 1,
    evidence: { leadReason: 'busy', attempts: 1, retryFailed: false },
    setUp: (world) => through(world, {}, { outcome: 'busy' }, ['busy']),
  },
  {
    name: 'all attempts are used',
    reason: 'attempts_used',
    ends: 'never',
    status: 'failed',
    calls: 2,
    evidence: { leadReason: 'no_answer', attempts: 2, ...RETRIES },
    setUp: (world) => through(world, RETRIES, { outcome: 'no-answer' }, ['no_answer', 'no_answer']),
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
      return through(world, { retryRules }, { outcome: 'busy' }, ['busy', 'busy']);
    },
  },
  {
    name: 'the number is not in service',
    reason: 'number_not_in_service',
    ends: 'never',
    status: 'failed',
    calls: 1,
    setUp: (world) => through(world, RETRIES, { outcome: 'failed', sipCode: 410 }, ['failed']),
  },
  {
    name: 'the callee refuses such calls',
    reason: 'call_unwanted',
    ends: 'never',
    status: 'failed',
    calls: 1,
    setUp: (world) => through(world, RETRIES, { outcome: 'failed', sipCode: 607 }, ['failed']),
  },
  {
    name: 'the carrier refused the number',
    reason: 'carrier_refused',
    ends: 'never',
    status: 'failed',
    evidence: { leadReason: 'carrier_21214' },
    setUp: (world) => through(world, RETRIES, { refuse: 21214 }, ['failed']),
  },
  {
    name: 'a key was pressed against further calls',
    reason: 'opted_out',
    ends: 'never',
    status: 'completed',
    calls: 1,
    setUp: async (world) => {
      const made = await through(world, { optOut: {} }, { keys: '9', keyMs: 10 }, ['answered']);
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
      await waitFor(async () => (await world.rows.lead(lead)).status === 'failed', {
        message: 'a failed lead',
      });
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
      return through(world, { rulePack: 'us-tcpa', callingWindow: { timezone: 'lead', hours } }, {}, []);
    },
  },
  {
    name: 'nobody knows its clock',
    reason: 'unknown_zone',
    ends: 'never',
    status: 'failed',
    evidence: { leadReason: 'unknown_zone', attempts: 0 },
    setUp: async (world) => {
      const hours = [{ days: EVERY_DAY, start: '09:00', end: '18:00' }];
      const campaignId = await world.started({ callingWindow: { timezone: 'lead', hours } }, [NOWHERE]);
      return ended(world, { campaignId, number: NOWHERE }, []);
    },
  },
  {
    name: 'it would be called again by the rules of today, but not by those of then',
    reason: 'ended',
    ends: 'never',
    status: 'failed',
    calls: 1,
    evidence: { leadReason: 'busy', attempts: 1, retryFailed: true },
    says: /by the rules of today .* another one, but .*\(busy\)/,
    setUp: async (world) => {
      const made = await through(world, {}, { outcome: 'busy' }, ['busy']);
      const path = `/campaigns/${made.lead.campaignId}`;
      expect((await world.app.put(path, { retryFailed: true })).status).toBe(200);
      return made;
    },
  },
];
