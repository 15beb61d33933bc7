import { applyPatch, DEFAULT_SETTINGS, type SettingsPatch } from '../../src/simulator/index.js';
import type { RunResult } from '../../src/forecast/index.js';
import type { Scenario, VirtualAccount, VirtualCampaign } from '../../src/forecast/virtual/scenario.js';
import { playThrough } from '../../src/forecast/virtual/virtual-run.js';
import type { CallerId } from '../../src/dialer/index.js';

/** A campaign as `POST /campaigns` makes it. */
const CAMPAIGN: VirtualCampaign = {
  ...{ maxConcurrent: 3, callDelay: 2000, agentStrategy: 'primary_first', weight: 1, localPresence: false },
  ...{
    retryFailed: false,
    retryAttempts: 1,
    retryDelay: 60_000,
    retryRules: null,
    maxAttemptsPerNumber: null,
  },
  ...{ callingWindow: null, rulePack: 'none', endAt: null, maxCalls: null, maxSpend: null },
};

const CALLER_ID: CallerId = {
  ...{ number: '+12025550100', area: { country: 'US', areaCode: '202' }, isActive: true, rest: null },
  ...{ dailyCap: null, usedToday: 0, cps: null, queued: 0 },
};

const ACCOUNT: Omit<VirtualAccount, 'callerIds'> = {
  ...{ maxConcurrent: null, cps: null, rates: {}, ringTimeoutS: 30, callTimeLimitS: 600 },
  ...{ machineDetection: false, breaker: { percent: 50, leastCalls: 20, windowS: 120 } },
};

/** A Monday, six in the morning in New York. */
const START = new Date('2026-04-13T10:00:00Z');

interface Wishes extends Partial<Pick<Scenario, 'leads' | 'agents' | 'playMs' | 'start'>> {
  campaign?: Partial<VirtualCampaign>;
  account?: Partial<VirtualAccount>;
  carrier?: SettingsPatch;
  callerId?: Partial<CallerId>;
}

export function scenarioOf({ campaign, account, carrier, callerId, ...others }: Wishes): Scenario {
  return {
    campaign: { ...CAMPAIGN, ...campaign },
    account: { ...ACCOUNT, callerIds: [{ ...CALLER_ID, ...callerId }], ...account },
    carrier: applyPatch(DEFAULT_SETTINGS, carrier ?? {}),
    ...{ leads: [], agents: [], playMs: null, start: START, callsEach: 1, used: { placed: 0, spent: 0 } },
    ...others,
  };
}

interface Placement {
  at: number;
  endsAt: number;
  to: string;
  from: string;
  agentId: string | null;
}

/** A run and what was seen of it from outside. */
export interface Watched {
  result: RunResult;
  placements: Placement[];
  callerId: string;
  mostOpen: number;
  mostOpenOf(agentId: string): number;
  /** Leads that completed, failed or still wait. */
  leadsAccountedFor: number;
}

export function watched(scenario: Scenario): Watched {
  const placements: Placement[] = [];
  const result = playThrough(scenario, {
    placed: ({ lead, fromNumber, agent, endsAt }, at) =>
      placements.push({ at, endsAt, to: lead.phoneNumber, from: fromNumber, agentId: agent?.id ?? null }),
  });
  const { completed, failed, pending } = result.leads;
  const counts = [completed, failed, pending].flatMap((each) => Object.values(each));
  return {
    ...{ result, placements, callerId: CALLER_ID.number, mostOpen: mostAtOnce(placements) },
    mostOpenOf: (agentId) => mostAtOnce(placements.filter((each) => each.agentId === agentId)),
    leadsAccountedFor: counts.reduce((sum, count) => sum + count, 0),
  };
}

/** A slot that is freed may be taken in the same instant. */
function mostAtOnce(placements: readonly Placement[]): number {
  const edges = placements.flatMap(({ at, endsAt }) => [
    { at, by: 1 },
    { at: endsAt, by: -1 },
  ]);
  let open = 0;
  let most = 0;
  for (const { by } of edges.toSorted((a, b) => a.at - b.at || a.by - b.by))
    most = Math.max(most, (open += by));
  return most;
}
