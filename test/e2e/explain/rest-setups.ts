import { expect } from 'vitest';
import { waitFor } from '../../support/wait-for.js';
import { opensLater } from './clock.js';
import type { Setup } from './setup.js';
import type { Case, ExplainWorld } from './world.js';

const HOUR_MS = 3_600_000;

/** A draft with one lead. */
async function draft(world: ExplainWorld, settings: object = {}): Promise<Case> {
  const [number = ''] = world.numbers(1);
  return { campaignId: await world.draft(settings, [number]), number };
}

/** A campaign that sleeps, so that it stays active and calls nobody. */
async function asleep(world: ExplainWorld, settings: object = {}): Promise<Case> {
  const { callingWindow } = opensLater('UTC');
  return world.lead({ callingWindow, ...settings });
}

/** Its second lead has no call left. */
async function pausedItself(world: ExplainWorld, settings: object, code: string) {
  const numbers = world.numbers(2);
  const campaignId = await world.started({ maxConcurrent: 1, ...settings }, numbers);
  await world.dialer.until(campaignId, 'paused');
  const lead = { campaignId, number: numbers[1] ?? '' };
  return { lead, expected: { pausedReason: { code, message: expect.any(String) as string } } };
}

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
    setUp: async (world) => {
      const lead = await draft(world);
      await world.suppress(lead.number);
      return { lead };
    },
  },
  {
    name: 'the campaign starts later',
    reason: 'campaign_scheduled',
    evidence: { status: 'scheduled' },
    setUp: async (world) => {
      const until = new Date(Date.now() + HOUR_MS).toISOString();
      return { lead: await draft(world, { scheduledAt: until }), until, expected: { nextStartAt: until } };
    },
  },
  {
    name: 'somebody paused the campaign',
    reason: 'campaign_paused',
    also: ['outside_window', 'campaign_asleep'],
    ends: 'by_somebody',
    setUp: async (world) => {
      const lead = await asleep(world);
      await world.dialer.act(lead.campaignId, 'pause');
      return { lead };
    },
  },
  {
    name: 'the campaign paused itself at maxCalls',
    reason: 'campaign_paused_itself',
    ends: 'by_somebody',
    setUp: (world) => pausedItself(world, { maxCalls: 1 }, 'MAX_CALLS_REACHED'),
  },
  {
    name: 'the campaign paused itself at maxSpend',
    reason: 'campaign_paused_itself',
    ends: 'by_somebody',
    // A call may last two minutes of 0.05, and one that was answered costs one of them.
    setUp: (world) => pausedItself(world, { maxSpend: 0.12 }, 'MAX_SPEND_REACHED'),
  },
  {
    name: 'somebody stopped the campaign',
    reason: 'campaign_stopped',
    also: ['outside_window', 'campaign_asleep'],
    ends: 'by_somebody',
    setUp: async (world) => {
      const lead = await asleep(world);
      await world.dialer.act(lead.campaignId, 'stop');
      return { lead };
    },
  },
  {
    name: 'the campaign is at its end',
    reason: 'campaign_stopped',
    also: ['outside_window', 'campaign_asleep'],
    ends: 'by_somebody',
    setUp: async (world) => {
      const lead = await asleep(world, { endAt: new Date(Date.now() + 1500).toISOString() });
      await world.dialer.until(lead.campaignId, 'stopped');
      return { lead, expected: { stoppedReason: { code: 'END_AT', message: expect.any(String) as string } } };
    },
  },
  {
    name: 'the campaign was completed before the lead came',
    reason: 'campaign_completed',
    ends: 'by_somebody',
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
      return { lead, until: opensAt };
    },
  },
];
