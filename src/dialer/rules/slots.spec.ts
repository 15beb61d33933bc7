import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseAgents, freeSlots, type AgentLoad, type SlotLimits } from './slots.js';

function agent(id: string, over: Partial<AgentLoad> = {}): AgentLoad {
  return { id, isPrimary: false, isActive: true, maxConcurrentCalls: 2, open: 0, ...over };
}

const NO_LIMITS: SlotLimits = {
  maxConcurrent: 10,
  open: 0,
  queued: 0,
  callDelay: 0,
  agents: [],
  cps: null,
};

describe('freeSlots', () => {
  it.each<[string, Partial<SlotLimits>, number]>([
    ['all of maxConcurrent when nothing is open', {}, 10],
    ['what the open calls leave', { open: 7 }, 3],
    ['nothing when maxConcurrent was lowered below the open calls', { open: 12 }, 0],
    ['what the agents can take', { agents: [agent('a', { open: 1 }), agent('b')] }, 3],
    ['nothing from an inactive agent', { agents: [agent('a', { isActive: false })] }, 0],
    ["a second's worth of turns", { callDelay: 300 }, 4],
    ["a second's worth less what waits already", { callDelay: 300, queued: 3 }, 1],
    ['one call when the delay is long', { callDelay: 60_000 }, 1],
    ["a second's worth of the account's rate", { cps: 2.5 }, 3],
  ])('should give %s', (_, over, expected) => {
    expect(freeSlots({ ...NO_LIMITS, ...over })).toBe(expected);
  });
});

describe('chooseAgents', () => {
  const agents = [agent('a'), agent('b', { isPrimary: true }), agent('c', { open: 1 })];

  it('should give every call the default agent when none is assigned', () => {
    expect(chooseAgents('random', [], 3, null)).toEqual([null, null, null]);
  });

  it('should fill the primary first, then the least loaded', () => {
    expect(chooseAgents('primary_first', agents, 4, null)).toEqual(['b', 'b', 'a', 'a']);
  });

  it('should go round from the agent after the last', () => {
    expect(chooseAgents('round_robin', agents, 4, 'a')).toEqual(['b', 'c', 'a', 'b']);
  });

  it('should even out the loads', () => {
    expect(chooseAgents('least_loaded', agents, 3, null)).toEqual(['a', 'b', 'a']);
  });

  it('should pick by chance', () => {
    expect(chooseAgents('random', agents, 2, null, () => 0.99)).toEqual(['c', 'b']);
  });

  it('should never load an agent beyond its cap, nor leave a place empty', () => {
    const anyAgents = fc.uniqueArray(
      fc.record({
        id: fc.uuid(),
        isPrimary: fc.boolean(),
        isActive: fc.boolean(),
        maxConcurrentCalls: fc.integer({ min: 1, max: 5 }),
        open: fc.integer({ min: 0, max: 7 }),
      }),
      { selector: (a) => a.id, minLength: 1, maxLength: 6 },
    );
    const anyStrategy = fc.constantFrom('primary_first', 'round_robin', 'least_loaded', 'random');
    fc.assert(
      fc.property(anyAgents, anyStrategy, fc.integer({ min: 0, max: 40 }), (list, strategy, count) => {
        const chosen = chooseAgents(strategy, list, count, null);
        const places = list.map((a) => (a.isActive ? Math.max(0, a.maxConcurrentCalls - a.open) : 0));
        for (const [i, each] of list.entries()) {
          expect(chosen.filter((id) => id === each.id).length).toBeLessThanOrEqual(places[i] ?? 0);
        }
        expect(chosen.length).toBe(
          Math.min(
            count,
            places.reduce((sum, n) => sum + n, 0),
          ),
        );
      }),
    );
  });
});
