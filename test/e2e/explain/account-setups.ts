import { expect } from 'vitest';
import { waitFor } from '../../support/wait-for.js';
import type { Made, Setup } from './setup.js';
import type { Case } from './rows.js';
import { FOREVER_MS, type ExplainWorld } from './world.js';

const LONG = { outcome: 'answered', talkMs: FOREVER_MS };

/** A started campaign with so many leads whose calls do not end. */
async function talking(world: ExplainWorld, settings: object, leads: number): Promise<Case[]> {
  const numbers = await world.planned(leads, LONG);
  const campaignId = await world.started(settings, numbers);
  return numbers.map((number) => ({ campaignId, number }));
}

/** A campaign that has both slots of the account, and the lead of another one that waits for one. */
async function fullHouse(world: ExplainWorld, settings: object): Promise<{ house: string; lead: Case }> {
  const [first] = await talking(world, {}, 2);
  await waitFor(async () => (await world.dialer.ledger()).open === 2, { message: 'two open calls' });
  const [lead] = await talking(world, settings, 1);
  if (!first || !lead) throw new Error('No lead');
  await world.explained(lead, 'account_full');
  return { house: first.campaignId, lead };
}

/** Leaves the account as it was. */
function clear(world: ExplainWorld, ids: string[]): () => Promise<void> {
  return async () => {
    for (const id of ids) await world.dialer.act(id, 'stop', '?hangup=true');
    await waitFor(async () => (await world.dialer.ledger()).open === 0, { message: 'no open call' });
  };
}

/** A slot is free, and due to a campaign of more weight which cannot take it yet. */
async function dueToAnother(world: ExplainWorld): Promise<Made> {
  const { house, lead: heavy } = await fullHouse(world, { weight: 100 });
  const [lead] = await talking(world, {}, 1);
  if (!lead) throw new Error('No lead');
  await world.explained(lead, 'account_full');
  const release = await world.rows.hold('campaigns', heavy.campaignId);
  await world.hangUpOne(house);
  const campaigns = [
    { campaignId: house, openCalls: 1 },
    { campaignId: heavy.campaignId, weight: 100, openCalls: 0 },
    { campaignId: lead.campaignId, weight: 1, openCalls: 0 },
  ];
  const after = async () => {
    await release();
    await waitFor(async () => (await world.placements(heavy.number)) === 1, { message: 'the other call' });
    await world.explained(lead, 'account_full');
    expect(await world.placements(lead.number)).toBe(0);
    await clear(world, [lead, heavy].map(({ campaignId }) => campaignId).concat(house))();
  };
  return { lead, expected: { CARRIER_MAX_CONCURRENT: 2, openCalls: 1, campaigns }, after };
}

/** Leads of campaigns that the account has no slot for. */
export const SLOTS: Setup[] = [
  {
    name: 'all slots of the account are full',
    reason: 'account_full',
    ends: 'by_itself',
    evidence: { CARRIER_MAX_CONCURRENT: 2, openCalls: 2 },
    setUp: async (world) => {
      const { house, lead } = await fullHouse(world, { weight: 3 });
      const campaigns = [
        { campaignId: house, openCalls: 2, weight: 1 },
        { campaignId: lead.campaignId, openCalls: 0, weight: 3 },
      ];
      return { lead, expected: { campaigns }, after: clear(world, [lead.campaignId, house]) };
    },
  },
  {
    name: 'the free slots of the account are due to another campaign',
    reason: 'account_share',
    ends: 'by_itself',
    setUp: dueToAnother,
  },
];

/** Leads of campaigns that wait for the account's calls per second. */
export const TURNS: Setup[] = [
  {
    name: 'the calls before it wait for a turn of the account',
    reason: 'account_cps',
    ends: 'by_itself',
    evidence: { CARRIER_CPS: 0.05, queuedCalls: 1 },
    setUp: async (world) => {
      const leads = await talking(world, {}, 3);
      const [, second, lead] = leads;
      if (!second || !lead) throw new Error('No lead');
      await world.waitForTurn(second);
      return { lead, expected: { nextTurnAt: expect.any(String) as string } };
    },
  },
];
