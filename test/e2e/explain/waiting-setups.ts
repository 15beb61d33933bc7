import { expect } from 'vitest';
import { waitFor } from '../../support/wait-for.js';
import { EVERY_DAY, dayOff, inBreak, newYear, night, opensLater } from './clock.js';
import type { Made, Setup } from './setup.js';
import type { Case } from './rows.js';
import { FOREVER_MS, type ExplainWorld } from './world.js';

const HOUR_MS = 3_600_000;

/** A lead that lives by this clock, in a campaign that was started. */
async function living(world: ExplainWorld, timezone: string, settings: object): Promise<Case> {
  const [number = ''] = world.numbers(1);
  const campaignId = await world.draft(settings, [number]);
  const { id } = await world.rows.lead({ campaignId, number });
  expect((await world.app.put(`/campaigns/${campaignId}/leads/${id}`, { timezone })).status).toBe(200);
  await world.dialer.start(campaignId);
  return { campaignId, number };
}

/** A lead that the dialer has judged: it waits for this reason, as the database has it. */
async function blocked(world: ExplainWorld, lead: Case, reason: string): Promise<Case> {
  await waitFor(async () => (await world.rows.lead(lead)).blockedReason === reason, {
    message: `a lead that waits: ${reason}`,
  });
  return lead;
}

async function inWindow(
  world: ExplainWorld,
  { callingWindow, opensAt }: { callingWindow: object; opensAt: string },
  reason: string,
): Promise<Made> {
  const lead = await blocked(world, await living(world, 'UTC', { callingWindow }), reason);
  const clock = { timezone: 'UTC', isOpen: false, reason, opensAt, weekday: expect.any(String) as string };
  const windows = [{ isOpen: false, reason, opensAt, clocks: [expect.objectContaining(clock) as object] }];
  return { lead, until: opensAt, expected: { timezoneFrom: 'lead', windows } };
}

/** A time that is worked out to some milliseconds. */
function between(time: number): { from: string; to: string } {
  return { from: new Date(time - 20).toISOString(), to: new Date(time + 20).toISOString() };
}

/** Leads of campaigns that call, whose own turn is later. */
export const WAITING: Setup[] = [
  {
    name: 'the lead is outside its window',
    reason: 'outside_window',
    setUp: (world) => inWindow(world, opensLater('lead'), 'outside_window'),
  },
  { name: 'it is a break', reason: 'break', setUp: (world) => inWindow(world, inBreak(), 'break') },
  { name: 'it is a day off', reason: 'holiday', setUp: (world) => inWindow(world, dayOff(), 'holiday') },
  {
    name: 'the rule pack forbids it at night',
    reason: 'rule_pack',
    setUp: async (world) => {
      const { timezone, eightAt: until } = night();
      const lead = await blocked(world, await living(world, timezone, { rulePack: 'us-tcpa' }), 'rule_pack');
      const windows = [expect.objectContaining({ rulePack: 'us-tcpa', opensAt: until })];
      return { lead, until, expected: { timezoneFrom: 'lead', windows } };
    },
  },
  {
    name: 'window and rule pack are both closed, and only the later one counts',
    reason: 'outside_window',
    also: ['rule_pack'],
    setUp: async (world) => {
      const { timezone, eightAt: until } = night();
      const hours = [{ days: EVERY_DAY, start: '05:00', end: '12:00' }];
      const settings = { rulePack: 'us-tcpa', callingWindow: { timezone: 'lead', hours } };
      const lead = await blocked(world, await living(world, timezone, settings), 'outside_window');
      const clocks = [
        expect.objectContaining({ localTime: expect.stringMatching(/T02:/) as string }) as object,
      ];
      const [window, pack] = ['outside_window', 'rule_pack'].map(
        (reason) => expect.objectContaining({ reason, isOpen: false, clocks }) as object,
      );
      return {
        ...{ lead, until },
        expected: { windows: [window, pack] },
        others: { rule_pack: { windows: [pack] } },
      };
    },
  },
  {
    name: 'the window was changed, and leads that wait for the old one are judged anew',
    reason: 'window_changed',
    ends: 'by_itself',
    evidence: { callingWindow: null, rulePack: 'none' },
    setUp: async (world) => {
      const { callingWindow } = opensLater('lead');
      const lead = await blocked(world, await living(world, 'UTC', { callingWindow }), 'outside_window');
      const { campaignId, number } = lead;
      await world.dialer.act(campaignId, 'pause');
      const release = await world.rows.hold('leads', (await world.rows.lead(lead)).id);
      const changed = await world.app.put(`/campaigns/${campaignId}`, { callingWindow: null });
      expect(changed.status).toBe(200);
      await world.dialer.act(campaignId, 'resume');
      const after = async () => {
        await release();
        await waitFor(async () => (await world.placements(number)) === 1, { message: 'the call' });
      };
      return { lead, after };
    },
  },
  {
    name: 'the number was called often enough',
    reason: 'number_cap',
    evidence: { maxAttemptsPerNumber: { attempts: 1, days: 2 } },
    calls: 1,
    setUp: async (world) => {
      const { campaignId: first, number } = await world.lead({});
      await world.dialer.until(first, 'completed');
      const campaignId = await world.started({ maxAttemptsPerNumber: { attempts: 1, days: 2 } }, [number]);
      const lead = await blocked(world, { campaignId, number }, 'number_cap');
      const { dialedAt } = await world.rows.lastCall(number);
      const until = between(dialedAt.getTime() + 2 * 24 * HOUR_MS);
      const countedCalls = [expect.objectContaining({ campaignId: first, outcome: 'answered' }) as object];
      return { lead, until, expected: { countedCalls } };
    },
  },
  {
    name: 'the number is in another call',
    reason: 'number_busy',
    ends: 'by_itself',
    calls: 1,
    setUp: async (world) => {
      const other = await world.inCall();
      const campaignId = await world.started({}, [other.number]);
      const lead = { campaignId, number: other.number };
      await waitFor(async () => (await world.rows.lead(lead)).blockedReason === 'number_busy', {
        message: 'a busy number',
      });
      const call = expect.objectContaining({
        campaignId: other.campaignId,
        leadId: (await world.rows.lead(other)).id,
      });
      return { lead, expected: { call: call as object } };
    },
  },
  {
    name: 'the lead waits for its next attempt',
    reason: 'retry_wait',
    evidence: { attempts: 1, retryFailed: true, retryAttempts: 2, retryDelay: HOUR_MS },
    calls: 1,
    setUp: async (world) => {
      const retries = { retryFailed: true, retryAttempts: 2, retryDelay: HOUR_MS };
      const lead = await blocked(world, await world.lead(retries, { outcome: 'busy' }), 'retry_wait');
      const { endedAt } = await world.rows.lastCall(lead.number);
      return {
        lead,
        until: between(endedAt.getTime() + HOUR_MS),
        expected: { lastCalls: [expect.objectContaining({ outcome: 'busy', attempt: 1 })] },
      };
    },
  },
  {
    name: 'its next attempt would come after the end of the run, and so comes with the next run',
    reason: 'retry_wait',
    calls: 1,
    evidence: { attempts: 1, retryDelay: HOUR_MS },
    setUp: async (world) => {
      const recurrence = { cron: '0 0 1 1 *', timezone: 'UTC', reopen: 'none', runMinutes: 60 };
      const retries = { retryFailed: true, retryAttempts: 2, retryDelay: HOUR_MS };
      const made = await world.lead({ ...retries, recurrence }, { outcome: 'busy' });
      const lead = await blocked(world, made, 'retry_wait');
      await world.rows.endRunIn(lead.campaignId, 1800);
      const { endedAt } = await world.rows.lastCall(lead.number);
      return { lead, until: between(endedAt.getTime() + HOUR_MS), next: newYear() };
    },
  },
  {
    name: 'the lead is in a call',
    reason: 'in_call',
    ends: 'by_itself',
    status: 'calling',
    calls: 1,
    setUp: async (world) => {
      const lead = await world.inCall();
      return {
        lead,
        expected: { call: expect.objectContaining({ leadId: (await world.rows.lead(lead)).id }) as object },
      };
    },
  },
  {
    name: "the lead's call waits for its turn",
    reason: 'in_call',
    ends: 'by_itself',
    status: 'calling',
    evidence: { callDelay: FOREVER_MS },
    setUp: async (world) => {
      const numbers = world.numbers(2);
      const campaignId = await world.started({ callDelay: FOREVER_MS }, numbers);
      const lead = { campaignId, number: numbers[1] ?? '' };
      await world.waitForTurn(lead);
      const call = expect.objectContaining({ status: 'queued', dialedAt: null }) as object;
      return { lead, expected: { call, nextTurnAt: expect.any(String) as string } };
    },
  },
];
