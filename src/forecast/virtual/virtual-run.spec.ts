import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import { zonesOfNumber } from '../../compliance/index.js';
import { scenarioOf, watched, type Watched } from '../../../test/support/virtual.js';
import { makeUpLeads } from '../file/made-up-leads.js';
import type { Scenario } from './scenario.js';

const COUNTRIES = { US: 5, GB: 2, IN: 1, AU: 2, BR: 1, DE: 1 };
const WINDOW = {
  timezone: 'lead',
  hours: [
    { days: ['mon' as const, 'tue' as const, 'wed' as const, 'fri' as const], start: '09:30', end: '17:00' },
  ],
};

/** Scenarios in which every limit is tight somewhere. */
const scenarios = fc
  .record({
    seed: fc.integer({ min: 1, max: 10_000 }),
    maxConcurrent: fc.integer({ min: 1, max: 12 }),
    callDelay: fc.constantFrom(0, 0, 700, 2500),
    cps: fc.constantFrom(null, 0.5, 4),
    accountCap: fc.constantFrom(null, 3, 8),
    agents: fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 3 }),
    window: fc.constantFrom(null, WINDOW, { ...WINDOW, timezone: 'America/New_York' }),
    retryAttempts: fc.integer({ min: 0, max: 3 }),
    maxCalls: fc.constantFrom(null, null, 40),
    maxSpend: fc.constantFrom(null, null, 60_000_000),
  })
  .map((drawn) => {
    const { seed, accountCap, cps, agents, window, maxConcurrent, callDelay, retryAttempts } = drawn;
    return scenarioOf({
      leads: makeUpLeads({ count: 120, countries: COUNTRIES }, seed),
      campaign: {
        ...{ maxConcurrent, callDelay, retryAttempts, retryFailed: true, retryDelay: 1_800_000 },
        ...{ callingWindow: window, maxCalls: drawn.maxCalls, maxSpend: drawn.maxSpend },
      },
      agents: agents.map((maxConcurrentCalls, i) => ({
        ...{ id: `agent-${i}`, isPrimary: i === 0, isActive: true, maxConcurrentCalls, open: 0 },
      })),
      account: { maxConcurrent: accountCap, cps },
      carrier: { seed, talkMs: [20_000, 300_000], odds: { answered: 0.4 } },
    });
  });

/** What the lead's clocks show, by another library than the rules'. */
function isInWindow({ to, at }: { to: string; at: number }, { campaign }: Scenario): boolean {
  const window = campaign.callingWindow;
  if (!window) return true;
  const zones = window.timezone === 'lead' ? zonesOfNumber(to) : [window.timezone];
  return zones.every((zone) => {
    const local = DateTime.fromMillis(at, { zone });
    const minute = local.hour * 60 + local.minute;
    return [1, 2, 3, 5].includes(local.weekday) && minute >= 570 && minute < 1020;
  });
}

function smallestGap({ placements }: Watched): number {
  return Math.min(Infinity, ...placements.slice(1).map(({ at }, i) => at - (placements[i]?.at ?? -Infinity)));
}

function countBy(values: readonly string[]): number[] {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts.values()];
}

describe('a virtual run', () => {
  it('should keep every limit at every instant, and lose nobody', () => {
    fc.assert(
      fc.property(scenarios, (scenario) => {
        const run = watched(scenario);
        const { campaign, account, agents } = scenario;
        expect(run.placements.filter((placed) => !isInWindow(placed, scenario))).toEqual([]);
        const agentPlaces =
          agents.length > 0 ? agents.reduce((sum, each) => sum + each.maxConcurrentCalls, 0) : Infinity;
        const cap = Math.min(campaign.maxConcurrent, account.maxConcurrent ?? Infinity, agentPlaces);
        expect(run.mostOpen).toBeLessThanOrEqual(cap);
        for (const agent of agents) {
          expect(run.mostOpenOf(agent.id)).toBeLessThanOrEqual(agent.maxConcurrentCalls);
        }
        // Times are fractions of a millisecond under a CPS, and sums of them round.
        const gap = Math.max(campaign.callDelay, account.cps === null ? 0 : 1000 / account.cps);
        expect(smallestGap(run)).toBeGreaterThanOrEqual(gap - 1e-3);
        const perNumber = countBy(run.placements.map(({ to }) => to));
        expect(Math.max(0, ...perNumber)).toBeLessThanOrEqual(1 + campaign.retryAttempts);
        expect(run.result.calls.placed).toBeLessThanOrEqual(campaign.maxCalls ?? Infinity);
        expect(run.result.spend * 1e6).toBeLessThanOrEqual(campaign.maxSpend ?? Infinity);
        expect(run.leadsAccountedFor).toBe(scenario.leads.length);
      }),
      { numRuns: 60 },
    );
  });

  it('should play the same for the same seed, and otherwise for another', () => {
    const leads = makeUpLeads({ count: 300, countries: COUNTRIES }, 1);
    const run = (seed: number) => watched(scenarioOf({ leads, carrier: { seed } })).result;
    expect(run(1)).toEqual(run(1));
    expect(run(1).calls).not.toEqual(run(2).calls);
  });

  it('should tell each hour what happened in it', () => {
    const leads = makeUpLeads({ count: 500, countries: { US: 1 } }, 1);
    const { result, placements } = watched(
      scenarioOf({ leads, campaign: { callDelay: 20_000, callingWindow: WINDOW } }),
    );
    const sum = (column: 'placed' | 'answered' | 'busy') =>
      result.hours.reduce((total, row) => total + row[column], 0);
    expect(sum('placed')).toBe(placements.length);
    expect([sum('answered'), sum('busy')]).toEqual([result.calls.answered, result.calls.busy]);
    for (const { hour, placed } of result.hours) {
      const begin = Date.parse(hour);
      expect(placements.filter(({ at }) => at >= begin && at < begin + 3_600_000)).toHaveLength(placed);
    }
    // It starts on a Monday at six in the morning in New York: all wait for the window.
    expect(result.hours[0]).toMatchObject({ placed: 0, blocked: { outside_window: 500 } });
  });

  it('should stop at endAt, its leads pending', () => {
    const leads = makeUpLeads({ count: 100, countries: { US: 1 } }, 1);
    const endAt = new Date('2026-04-13T11:00:00Z');
    const { result, placements } = watched(scenarioOf({ leads, campaign: { callDelay: 60_000, endAt } }));
    expect(result.end).toEqual({ status: 'stopped', reason: 'END_REACHED' });
    expect(placements).toHaveLength(60);
    expect(placements.every(({ at }) => at < endAt.getTime())).toBe(true);
    expect(result.leads.pending).toEqual({ ready: 40 });
  });

  it('should wait for a cap per number', () => {
    const leads = makeUpLeads({ count: 5, countries: { US: 1 } }, 1);
    const { result, placements } = watched(
      scenarioOf({
        leads,
        campaign: {
          ...{ maxAttemptsPerNumber: { attempts: 2, days: 1 }, maxConcurrent: 5, callDelay: 0 },
          retryRules: [{ on: 'busy', attempts: 3, delays: [60_000] }],
        },
        carrier: { odds: { busy: 1 } },
      }),
    );
    expect(placements).toHaveLength(20);
    const [to] = placements;
    const times = placements.filter((each) => each.to === to?.to).map(({ at }) => at);
    expect((times[2] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(86_400_000);
    expect(result.leads.failed).toEqual({ busy: 5 });
  });

  it('should keep to a caller ID’s cap per day, and go on the next day', () => {
    const leads = makeUpLeads({ count: 25, countries: { US: 1 } }, 1);
    const { placements, callerId } = watched(
      scenarioOf({
        leads,
        campaign: { callDelay: 0 },
        callerId: { dailyCap: 10 },
        carrier: { odds: { answered: 1 } },
      }),
    );
    const days = countBy(placements.map(({ at }) => new Date(at).toISOString().slice(0, 10)));
    expect(days).toEqual([10, 10, 5]);
    expect(placements.every(({ from }) => from === callerId)).toBe(true);
  });

  it.each([
    ['paused', 'MAX_CALLS_REACHED', { campaign: { maxCalls: 10 } }],
    ['paused', 'MAX_SPEND_REACHED', { campaign: { maxSpend: 1_000_000 } }],
    ['paused', 'CARRIER_FAILING', { carrier: { odds: { failed: 1 } } }],
    ['stuck', 'caller_ids_inactive', { callerId: { isActive: false } }],
    [
      'stuck',
      'no_active_agent',
      { agents: [{ id: 'a', isPrimary: true, isActive: false, maxConcurrentCalls: 3, open: 0 }] },
    ],
  ])('should end as %s for %s', (status, reason, wishes) => {
    const leads = makeUpLeads({ count: 100, countries: { US: 1 } }, 1);
    const run = watched(scenarioOf({ leads, ...wishes }));
    expect(run.result.end).toEqual({ status, reason });
    expect(run.leadsAccountedFor).toBe(100);
  });
});
