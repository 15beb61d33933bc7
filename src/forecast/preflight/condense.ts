import type { Scenario } from '../virtual/scenario.js';

/** Slots that are left when there are fewer: with less, one call more or less counts too much. */
const LEAST_SLOTS = 10;

/**
 * The same campaign in small: `scenario` holds every `factor`-th lead, and everything that limits how many calls are made in a time is
 * divided by the factor too. Slots first, down to ten; what they cannot be divided by, each call holds its slot longer. The times
 * of day, the retries and the odds stay as they are.
 */
export function condensed(scenario: Scenario, factor: number): Scenario {
  if (factor <= 1) return scenario;
  const { campaign, account, agents } = scenario;
  const places = agents.reduce((sum, agent) => sum + (agent.isActive ? agent.maxConcurrentCalls : 0), 0);
  const slots = Math.min(
    campaign.maxConcurrent,
    agents.length > 0 ? places : Infinity,
    account.maxConcurrent ?? Infinity,
  );
  const maxConcurrent = Math.max(1, Math.min(slots, Math.max(LEAST_SLOTS, Math.round(slots / factor))));
  const less = <T extends number | null>(limit: T): T => (limit === null ? limit : ((limit / factor) as T));
  const left = (limit: number | null, used: number): number | null =>
    limit === null ? null : Math.max(0, limit - used) / factor;
  return {
    ...scenario,
    campaign: {
      ...campaign,
      maxConcurrent,
      callDelay: campaign.callDelay * factor,
      maxCalls: whole(left(campaign.maxCalls, scenario.used.placed)),
      maxSpend: left(campaign.maxSpend, scenario.used.spent),
    },
    // No agent at work is no slot at all, and stays so.
    agents: places > 0 ? [] : agents,
    account: {
      ...account,
      ...{ maxConcurrent: null, cps: less(account.cps) },
      callerIds: account.callerIds.map((id) => ({
        ...{ ...id, dailyCap: whole(less(id.dailyCap)), cps: less(id.cps) },
        usedToday: Math.floor(id.usedToday / factor),
      })),
    },
    callsEach: (factor * maxConcurrent) / Math.max(1, slots),
    used: { placed: 0, spent: 0 },
  };
}

/** A limit on whole calls: a rest of one is one. */
function whole(limit: number | null): number | null {
  return limit === null ? null : Math.ceil(limit);
}
