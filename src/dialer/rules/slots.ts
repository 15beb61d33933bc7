import type { AgentStrategy } from '../../campaigns/index.js';

/** An agent assigned to the campaign, with what it carries now. */
export interface AgentLoad {
  id: string;
  isPrimary: boolean;
  isActive: boolean;
  maxConcurrentCalls: number;
  /** Open calls over all campaigns. */
  open: number;
}

export interface SlotLimits {
  maxConcurrent: number;
  /** Open calls of the campaign. */
  open: number;
  /** Calls that wait for their turn already. */
  queued: number;
  /** Milliseconds between two placements; 0: none. */
  callDelay: number;
  /** Assigned agents; empty: the default agent, which has no cap. */
  agents: AgentLoad[];
  /** The account's calls per second; null: no limit. */
  cps: number | null;
}

/** Which limit it is that leaves no slot. */
export type SlotReason = 'slots_full' | 'agents_inactive' | 'agents_full' | 'call_delay' | 'account_cps';

/** What one limit leaves; 0 or less: nothing. */
export interface SlotRemainder {
  reason: SlotReason;
  free: number;
}

/** How many calls an agent may still take. */
function freePlaces(agent: AgentLoad): number {
  return agent.isActive ? Math.max(0, agent.maxConcurrentCalls - agent.open) : 0;
}

/**
 * What each of the campaign's own limits leaves, those that do not hold left out; no more than may be dialled within a second,
 * so that a queued call is never far from its turn.
 */
export function remaindersOf(limits: SlotLimits): SlotRemainder[] {
  const { maxConcurrent, open, queued, callDelay, agents, cps } = limits;
  const remainders: SlotRemainder[] = [{ reason: 'slots_full', free: maxConcurrent - open }];
  if (agents.length > 0) remainders.push(agentsRemainder(agents));
  if (callDelay > 0) remainders.push({ reason: 'call_delay', free: Math.ceil(1000 / callDelay) - queued });
  if (cps !== null) remainders.push({ reason: 'account_cps', free: Math.ceil(cps) - queued });
  return remainders;
}

function agentsRemainder(agents: AgentLoad[]): SlotRemainder {
  const reason = agents.some((agent) => agent.isActive) ? 'agents_full' : 'agents_inactive';
  return { reason, free: agents.reduce((sum, agent) => sum + freePlaces(agent), 0) };
}

/** How many leads may be claimed now: the smallest remainder of the campaign's own caps. */
export function freeSlots(limits: SlotLimits): number {
  return Math.max(0, Math.min(...remaindersOf(limits).map(({ free }) => free)));
}

/** A choice among agents that have a place left; `last` is the agent of the campaign's latest call. */
type Choose = (free: AgentLoad[], last: string | null, random: () => number) => AgentLoad | undefined;

const STRATEGIES: Record<AgentStrategy, Choose> = {
  primary_first: (free) => free.find((agent) => agent.isPrimary) ?? leastLoaded(free),
  round_robin: (free, last) => free.find((agent) => last !== null && agent.id > last) ?? free[0],
  least_loaded: (free) => leastLoaded(free),
  random: (free, _last, random) => free[Math.floor(random() * free.length)],
};

function leastLoaded(free: AgentLoad[]): AgentLoad | undefined {
  return free.toSorted((a, b) => a.open / a.maxConcurrentCalls - b.open / b.maxConcurrentCalls)[0];
}

/**
 * The agent of each of the next `count` calls, none beyond its cap; null is the default agent.
 * @param agents in the order of their ids
 */
export function chooseAgents(
  strategy: AgentStrategy,
  agents: AgentLoad[],
  count: number,
  last: string | null,
  random: () => number = Math.random,
): (string | null)[] {
  if (agents.length === 0) return Array.from({ length: count }, () => null);
  const loads = agents.map((agent) => ({ ...agent }));
  const chosen: string[] = [];
  while (chosen.length < count) {
    const free = loads.filter((agent) => freePlaces(agent) > 0);
    const agent = STRATEGIES[strategy](free, chosen.at(-1) ?? last, random);
    if (!agent) break;
    agent.open += 1;
    chosen.push(agent.id);
  }
  return chosen;
}
