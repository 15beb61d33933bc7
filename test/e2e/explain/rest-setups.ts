import { expect } from 'vitest';
import { waitFor } from '../../support/wait-for.js';
import { behindCalls } from './active-setups.js';
import { asleep, SLEEPING, sleepOf } from './asleep.js';
import { EVERY_DAY, inMs, newYear, opensLater } from './clock.js';
import type { Setup } from './setup.js';
import type { Case } from './rows.js';
import { NOWHERE, type ExplainWorld } from './world.js';

const HOUR_MS = 3_600_000;
/** Long enough to start a campaign before, beside other tests. */
const SOON_MS = 3000;

/** A draft with one lead. */
async function draft(world: ExplainWorld, settings: object = {}): Promise<Case> {
  const [number = ''] = world.numbers(1);
  return { campaignId: await world.draft(settings, [number]), number };
}

const words = expect.any(String) as string;

/** Campaigns that call nobody, whoever the lead is. */
export const AT_REST: Setup[] = [
  {
    name: 'the campaign is a draft',
    reason: 'campaign_draft',
    ends: 'by_somebody',
    evidence: { status: 'draft' },
    setUp: async (world) => ({ lead: await draft(world) }),
  },
  {
    name: 'a draft would not call a suppressed number either',
    reason: 'campaign_draft',
    also: ['suppressed'],
    ends: 'by_somebody',
    waitsFor: 'suppressed',
    evidence: { status: 'draft' },
    setUp: async (world) => {
      const lead = await draft(world);
      const id = await world.suppress(lead.number);
      return { lead, others: { suppressed: { phoneNumber: lead.number, suppressions: [{ id }] } } };
    },
  },
  {
    name: 'a draft would not call a number of no known clock either',
    reason: 'campaign_draft',
    also: ['unknown_zone'],
    ends: 'by_somebody',
    waitsFor: 'unknown_zone',
    evidence: { status: 'draft' },
    setUp: async (world) => {
      const hours = [{ days: EVERY_DAY, start: '09:00', end: '18:00' }];
      const campaignId = await world.draft({ callingWindow: { timezone: 'lead', hours } }, [NOWHERE]);
      const windows = [{ isOpen: false, reason: 'unknown_zone', clocks: [] }];
      return {
        lead: { campaignId, number: NOWHERE },
        others: { unknown_zone: { timezoneFrom: 'number', windows } },
      };
    },
  },
  {
    name: 'the campaign starts later',
    reason: 'campaign_scheduled',
    evidence: { status: 'scheduled' },
    setUp: async (world) => {
      const until = inMs(HOUR_MS);
      return { lead: await draft(world, { scheduledAt: until }), until, expected: { nextStartAt: until } };
    },
  },
  {
    name: 'somebody paused the campaign',
    reason: 'campaign_paused',
    also: [...SLEEPING],
    ends: 'by_somebody',
    evidence: { status: 'paused' },
    setUp: async (world) => {
      const made = await asleep(world);
      await world.dialer.act(made.lead.campaignId, 'pause');
      return made;
    },
  },
  {
    name: 'somebody stopped the campaign',
    reason: 'campaign_stopped',
    also: [...SLEEPING],
    ends: 'by_somebody',
    evidence: { status: 'stopped', stoppedReason: null, nextStartAt: null },
    setUp: async (world) => {
      const made = await asleep(world);
      await world.dialer.act(made.lead.campaignId, 'stop');
      return made;
    },
  },
  {
    name: 'the campaign was stopped at its end',
    reason: 'campaign_stopped',
    also: [...SLEEPING],
    ends: 'by_somebody',
    evidence: { stoppedReason: { code: 'END_AT', message: words } },
    setUp: async (world) => {
      const made = await asleep(world, { endAt: inMs(SOON_MS) });
      await world.dialer.until(made.lead.campaignId, 'stopped');
      return made;
    },
  },
  {
    name: 'the end of the campaign has come, and nobody has stopped it yet',
    reason: 'campaign_end_passed',
    also: [...SLEEPING],
    ends: 'by_somebody',
    setUp: async (world) => {
      const endAt = inMs(SOON_MS);
      const made = await asleep(world, { endAt });
      const { lead } = made;
      const release = await world.rows.hold('campaigns', lead.campaignId);
      await waitFor(() => Date.now() > Date.parse(endAt), { message: 'the end' });
      const after = async () => {
        expect(await world.dialer.get(lead.campaignId)).toMatchObject({ status: 'active' });
        await release();
        await world.explained(lead, 'campaign_stopped');
      };
      return { ...made, expected: { endAt, runEndsAt: null }, after };
    },
  },
  {
    name: 'its run has come to its end, and the next one begins by itself',
    reason: 'campaign_end_passed',
    also: ['slots_full'],
    setUp: async (world) => {
      const recurrence = { cron: '0 0 1 1 *', timezone: 'UTC', reopen: 'none', runMinutes: 60 };
      const lead = await behindCalls(world, { recurrence, maxConcurrent: 1 });
      await world.rows.endRunIn(lead.campaignId, 0.5);
      const after = await world.rows.hold('campaigns', lead.campaignId);
      return {
        ...{ lead, until: newYear(), after, expected: { endAt: null, runEndsAt: words } },
        others: { slots_full: { maxConcurrent: 1, openCalls: 1 } },
      };
    },
  },
  {
    name: 'the campaign was completed before the lead came',
    reason: 'campaign_completed',
    ends: 'by_somebody',
    evidence: { status: 'completed', nextStartAt: null, completedAt: words },
    setUp: async (world) => {
      const { campaignId } = await world.lead({});
      await world.dialer.until(campaignId, 'completed');
      const [number = ''] = world.numbers(1);
      const added = await world.app.post(`/campaigns/${campaignId}/leads`, { phoneNumber: number });
      expect(added.status).toBe(201);
      return { lead: { campaignId, number } };
    },
  },
  {
    name: 'the campaign sleeps until its window opens',
    reason: 'outside_window',
    also: ['campaign_asleep'],
    setUp: async (world) => {
      const { callingWindow, opensAt } = opensLater('UTC');
      const lead = await world.lead({ callingWindow });
      await waitFor(async () => (await world.dialer.get(lead.campaignId)).wakesAt === opensAt, {
        message: 'the campaign to sleep',
      });
      const { outside_window: expected, campaign_asleep } = sleepOf(opensAt);
      return { lead, until: opensAt, expected, others: { campaign_asleep } };
    },
  },
];
