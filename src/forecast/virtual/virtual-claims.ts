import {
  chooseAgents,
  freeSlots,
  shareOut,
  type AgentLoad,
  type NoCallerId,
  type SlotLimits,
} from '../../dialer/index.js';
import { unitOf } from '../../simulator/index.js';
import type { AccountBook, Price } from './account-book.js';
import type { CallerPool } from './caller-pool.js';
import type { LeadQueue } from './lead-queue.js';
import type { VirtualReadiness } from './readiness.js';
import type { Scenario, VirtualLead } from './scenario.js';
import type { Tallies } from './tallies.js';

/** A call that waits for its turn. */
export interface QueuedCall extends Price {
  lead: VirtualLead;
  /** E.164. */
  fromNumber: string;
  /** Calls per second of that number; null: no limit. */
  numberCps: number | null;
  agent: AgentLoad | null;
  /** It is not placed at this time or later; epoch ms. */
  dialBefore: number;
}

/** Why a claim took nobody although leads are ready. */
export interface Hindrance {
  reason: string;
  /** When it may be over by itself; epoch ms; Infinity: never. */
  until: number;
  /** The campaign pauses for it. */
  isPause: boolean;
}

export interface Claimed {
  calls: QueuedCall[];
  hindrance: Hindrance | null;
}

interface Callable {
  lead: VirtualLead;
  dialBefore: number;
}

/** What a claim needs around it. */
interface Surroundings {
  scenario: Scenario;
  leads: LeadQueue;
  readiness: VirtualReadiness;
  pool: CallerPool;
  book: AccountBook;
  tallies: Tallies;
}

const CAMPAIGN_ID = 'campaign';

/** The dialer's claim (see ClaimService) without its database: the same rules in the same order. */
export class VirtualClaims {
  private readonly agents: AgentLoad[];
  private readonly agentOf: ReadonlyMap<string, AgentLoad>;
  private lastAgent: string | null = null;
  private draws = 0;

  constructor(private readonly around: Surroundings) {
    this.agents = around.scenario.agents.map((agent) => ({ ...agent }));
    this.agentOf = new Map(this.agents.map((agent) => [agent.id, agent]));
  }

  /**
   * Turns free slots into queued calls.
   * @param open calls of the campaign, the queued among them
   */
  claim(open: number, queued: number, now: Date): Claimed {
    const closed = this.around.readiness.closedForAll(now);
    if (closed)
      return nobody(closed.until ? closed.reason : 'WINDOW_NEVER_OPENS', closed.until, !closed.until);
    const slots = this.slots(open, queued);
    const room = slots > 0 ? this.around.pool.room(now) : 0;
    const found = this.takeCallable(Math.min(slots, room), now);
    const numbers = found.map(({ lead }) => lead.phoneNumber);
    const { calls, reached } = this.around.book.allowance(open, queued, numbers);
    for (const { lead } of found.slice(calls)) this.around.leads.add(lead);
    if (reached) return nobody(reached, null, true);
    if (calls > 0) return { calls: this.makeCalls(found.slice(0, calls), now), hindrance: null };
    if (slots > 0 && room === 0) return blockedBy(this.around.pool.obstacle(now));
    return this.hasNoAgent() ? nobody('no_active_agent', null, false) : { calls: [], hindrance: null };
  }

  private slots(open: number, queued: number): number {
    const { campaign, account } = this.around.scenario;
    const { maxConcurrent, callDelay, weight } = campaign;
    const limits: SlotLimits = {
      ...{ maxConcurrent, callDelay, open, queued, agents: this.agents },
      cps: account.cps,
    };
    const wanted = Math.min(freeSlots(limits), this.around.book.callsLeft(open, queued));
    if (account.maxConcurrent === null || wanted === 0) return wanted;
    const contender = { id: CAMPAIGN_ID, weight, open, demand: open + wanted, credit: 0 };
    return shareOut(account.maxConcurrent, [contender]).get(CAMPAIGN_ID) ?? 0;
  }

  /** Takes ready leads until so many may be called; those that may not wait or fail. */
  private takeCallable(count: number, now: Date): Callable[] {
    const { leads, readiness, tallies } = this.around;
    const callable: Callable[] = [];
    while (callable.length < count) {
      const lead = leads.take();
      if (!lead) break;
      const judgement = readiness.judge(lead, now);
      if (judgement.kind === 'call') {
        callable.push({ lead, dialBefore: judgement.dialBefore?.getTime() ?? Infinity });
      } else if (judgement.kind === 'wait') {
        leads.wait(lead, judgement.until.getTime(), judgement.reason);
      } else {
        tallies.leadEnded({ status: 'failed', reason: judgement.reason });
      }
    }
    return callable;
  }

  private makeCalls(callable: Callable[], now: Date): QueuedCall[] {
    const { campaign, carrier } = this.around.scenario;
    const random = (): number => unitOf(`${carrier.seed}|agent|${(this.draws += 1)}`);
    const { agents, lastAgent } = this;
    const chosen = chooseAgents(campaign.agentStrategy, agents, callable.length, lastAgent, random);
    const leads = callable.map(({ lead }) => lead);
    const from = this.around.pool.assign(leads, now);
    return callable.flatMap((each, i) => this.makeCall(each, from.get(each.lead.id), chosen[i] ?? null));
  }

  /** No call for a lead that there is no number to call from: it stays as it is. */
  private makeCall(
    { lead, dialBefore }: Callable,
    fromNumber: string | undefined,
    agentId: string | null,
  ): QueuedCall[] {
    if (fromNumber === undefined) {
      this.around.leads.add(lead);
      return [];
    }
    const agent = agentId === null ? null : (this.agentOf.get(agentId) ?? null);
    if (agent) agent.open += 1;
    this.lastAgent = agentId;
    lead.attempts += 1;
    const price = this.around.book.priceOf(lead.phoneNumber);
    this.around.book.claimed(price);
    const numberCps = this.around.pool.cpsOf(fromNumber);
    return [{ lead, fromNumber, numberCps, agent, dialBefore, ...price }];
  }

  private hasNoAgent(): boolean {
    return this.agents.length > 0 && this.agents.every(({ isActive }) => !isActive);
  }
}

function nobody(reason: string, until: Date | null, isPause: boolean): Claimed {
  return { calls: [], hindrance: { reason, until: until?.getTime() ?? Infinity, isPause } };
}

function blockedBy({ reason, until }: NoCallerId): Claimed {
  return nobody(reason, until, false);
}
