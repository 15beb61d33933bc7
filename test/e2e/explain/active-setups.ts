import { expect } from 'vitest';
import { waitFor } from '../../support/wait-for.js';
import type { Setup } from './setup.js';
import type { Case } from './rows.js';
import { FOREVER_MS, type ExplainWorld } from './world.js';

const LONG = { outcome: 'answered', talkMs: FOREVER_MS };

/** A lead whose campaign is in so many long calls already. */
export async function behindCalls(world: ExplainWorld, settings: object, calls = 1): Promise<Case> {
  const talking = await Promise.all(Array.from({ length: calls }, () => world.number(LONG)));
  const [number = ''] = world.numbers(1);
  const campaignId = await world.started(settings, [...talking, number]);
  await waitFor(async () => (await world.dialer.stats(campaignId)).calling === calls, {
    message: 'long calls',
  });
  return { campaignId, number };
}

/** A campaign whose agent is in a call. */
async function withAgent(world: ExplainWorld): Promise<{ lead: Case; agentId: string }> {
  const talking = await world.number(LONG);
  const [number = ''] = world.numbers(1);
  const campaignId = await world.draft({}, [talking, number]);
  const agentId = await world.agent(campaignId, { maxConcurrentCalls: 1 });
  await world.dialer.start(campaignId);
  await waitFor(async () => (await world.placements(talking)) === 1, { message: 'a long call' });
  return { lead: { campaignId, number }, agentId };
}

/** Leads in line whose campaigns have no slot for them. */
export const ACTIVE: Setup[] = [
  {
    name: 'all slots of the campaign are full',
    reason: 'slots_full',
    ends: 'by_itself',
    evidence: { maxConcurrent: 2, openCalls: 2 },
    setUp: async (world) => ({ lead: await behindCalls(world, { maxConcurrent: 2 }, 2) }),
  },
  {
    name: 'its agents are all in calls',
    reason: 'agents_full',
    ends: 'by_itself',
    setUp: async (world) => {
      const { lead, agentId: id } = await withAgent(world);
      const agents = [
        expect.objectContaining({ id, open: 1, maxConcurrentCalls: 1, isActive: true }) as object,
      ];
      return { lead, expected: { agents } };
    },
  },
  {
    name: 'its agents are inactive',
    reason: 'agents_inactive',
    ends: 'by_somebody',
    setUp: async (world) => {
      const { lead, agentId: id } = await withAgent(world);
      expect((await world.app.put(`/agents/${id}`, { isActive: false })).status).toBe(200);
      return { lead, expected: { agents: [expect.objectContaining({ id, isActive: false }) as object] } };
    },
  },
  {
    name: 'the calls before it wait for their turn',
    reason: 'call_delay',
    ends: 'by_itself',
    evidence: { callDelay: FOREVER_MS, queuedCalls: 1 },
    setUp: async (world) => {
      const numbers = world.numbers(3);
      const campaignId = await world.started({ callDelay: FOREVER_MS }, numbers);
      await world.waitForTurn({ campaignId, number: numbers[1] ?? '' });
      return {
        lead: { campaignId, number: numbers[2] ?? '' },
        expected: { nextTurnAt: expect.any(String) as string },
      };
    },
  },
  {
    name: 'as many calls are open as may be made',
    reason: 'max_calls',
    ends: 'by_itself',
    evidence: { maxCalls: 1, placedCalls: 0, openCalls: 1 },
    setUp: async (world) => {
      // Its placement never answers: nobody knows yet whether it was one.
      const number = await world.number();
      await world.dialer.carrier({ faults: [{ kind: 'hang', match: { to: number } }] });
      const [lead = ''] = world.numbers(1);
      const campaignId = await world.started({ maxCalls: 1 }, [number, lead]);
      return { lead: { campaignId, number: lead } };
    },
  },
  {
    name: 'what is left of maxSpend is set aside for a call under way',
    reason: 'max_spend',
    ends: 'by_itself',
    evidence: { maxSpend: 0.15, estimatedSpend: 0, setAside: 0.1, callMayCost: 0.1 },
    setUp: async (world) => ({ lead: await behindCalls(world, { maxSpend: 0.15 }) }),
  },
];
