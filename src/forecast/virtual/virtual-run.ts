import TinyQueue from 'tinyqueue';
import type { CallOutcome } from '../../calls/index.js';
import { fromMicros } from '../../common/index.js';
import {
  deadEndOf,
  outcomeOf,
  refused,
  sureVerdict,
  verdictOf,
  WITHDRAWN,
  type LeadVerdict,
} from '../../dialer/index.js';
import { VirtualCarrier, type CallCourse } from '../../simulator/index.js';
import { AccountBook } from './account-book.js';
import { CallerPool } from './caller-pool.js';
import { Hours } from './hours.js';
import { LeadQueue } from './lead-queue.js';
import { VirtualReadiness } from './readiness.js';
import type { RunEnd, RunResult } from './result.js';
import type { Scenario, VirtualLead } from './scenario.js';
import { Tallies } from './tallies.js';
import { VirtualTurns } from './turns.js';
import { VirtualClaims, type Hindrance, type QueuedCall } from './virtual-claims.js';
import { VirtualClock } from './virtual-clock.js';
import { virtualLeads } from './virtual-leads.js';

/** A run is given up after so long: a year, and what a window may be closed for. */
const HORIZON_MS = 400 * 86_400_000;

/** A call that rings or talks. */
export interface OpenCall extends QueuedCall {
  course: CallCourse;
  /** Epoch ms. */
  endsAt: number;
}

/** Who watches a run. Times are epoch ms. */
export interface RunObserver {
  /** @param open calls of the campaign, this one and those that wait for their turn included */
  placed?(call: OpenCall, at: number, open: number): void;
  ended?(call: OpenCall, outcome: CallOutcome, at: number): void;
}

/**
 * Plays a campaign on a clock of its own, from one instant at which something happens to the next. Who is called when is
 * decided by the dialer's own rules; how calls go, by the simulator's own odds. Nothing takes time but calls: a placement
 * is answered at once, and a freed slot is claimed in the same instant.
 */
export class VirtualRun {
  private readonly clock: VirtualClock;
  private readonly leads = new LeadQueue();
  private readonly pool: CallerPool;
  private readonly book: AccountBook;
  private readonly turns: VirtualTurns;
  private readonly carrier: VirtualCarrier;
  private readonly tallies: Tallies;
  private readonly claims: VirtualClaims;
  private readonly hours: Hours;
  private readonly ringing = new TinyQueue<OpenCall>(
    [],
    (a, b) => a.endsAt - b.endsAt || a.lead.rank - b.lead.rank,
  );
  private queued: QueuedCall[] = [];
  private hindrance: Hindrance | null = null;
  /** When ready leads are to be looked at again although no call has ended; epoch ms. */
  private claimsAt: number;
  private readonly horizon: number;
  private end: RunEnd | null = null;

  constructor(
    private readonly scenario: Scenario,
    private readonly observer: RunObserver = {},
  ) {
    const { campaign, account, start } = scenario;
    this.clock = new VirtualClock(start.getTime());
    this.claimsAt = this.clock.ms;
    this.horizon = this.clock.ms + HORIZON_MS;
    this.pool = new CallerPool(account.callerIds, campaign.localPresence);
    this.book = new AccountBook(scenario);
    this.turns = new VirtualTurns(campaign.callDelay, account.cps);
    this.carrier = new VirtualCarrier(scenario.carrier);
    this.tallies = new Tallies(this.clock.ms);
    this.hours = new Hours(this.clock.ms, () => this.leads.blocked);
    const { leads, pool, book, tallies } = this;
    const readiness = new VirtualReadiness(campaign);
    this.claims = new VirtualClaims({ scenario, leads, readiness, pool, book, tallies });
    for (const lead of virtualLeads(scenario.leads, readiness.needsClock)) this.enter(lead);
  }

  /** Goes on to the next instant at which something happens. @returns whether there was one */
  step(): boolean {
    const at = this.nextInstant();
    if (at === Infinity) return false;
    this.hours.pass(at, this.ringing.length);
    this.clock.advanceTo(at);
    while ((this.ringing.peek()?.endsAt ?? Infinity) <= at) this.endNext();
    this.leads.wake(at);
    this.stopWhenOver();
    this.dial();
    return true;
  }

  /** What has come of it so far; all of it once `step` has said no. */
  result(): RunResult {
    const { tallies } = this;
    return {
      startedAt: this.scenario.start.toISOString(),
      finishedAt: new Date(tallies.lastAt).toISOString(),
      end: this.end ?? this.naturalEnd(),
      calls: tallies.calls,
      spend: fromMicros(this.book.spent),
      talkMs: tallies.talkMs,
      leads: { completed: tallies.completed, failed: tallies.failed, pending: this.pending() },
      openPeak: tallies.openPeak,
      hours: this.hours.all(),
    };
  }

  private enter(lead: VirtualLead): void {
    const { waits } = lead.source;
    if (waits) this.leads.wait(lead, waits.until, waits.reason);
    else this.leads.add(lead);
  }

  private get open(): number {
    return this.ringing.length + this.queued.length;
  }

  /** Epoch ms; Infinity: nothing will happen any more. */
  private nextInstant(): number {
    const callEnds = this.ringing.peek()?.endsAt ?? Infinity;
    if (this.end) return callEnds;
    const turn = this.queued.reduce((first, call) => Math.min(first, this.turns.dueAt(call)), Infinity);
    const claim = this.leads.readyCount > 0 ? this.claimsAt : Infinity;
    const soonest = Math.max(this.clock.ms, Math.min(callEnds, turn, claim, this.leads.nextWake));
    if (soonest === Infinity) return Infinity;
    return Math.min(soonest, Math.max(this.clock.ms, this.lastInstant));
  }

  /** From then on nothing is placed. */
  private get lastInstant(): number {
    return Math.min(this.scenario.campaign.endAt?.getTime() ?? Infinity, this.horizon);
  }

  private stopWhenOver(): void {
    if (this.end || this.clock.ms < this.lastInstant) return;
    const isPlanned = this.lastInstant < this.horizon;
    this.halt(
      isPlanned
        ? { status: 'stopped', reason: 'END_REACHED' }
        : { status: 'stuck', reason: 'HORIZON_REACHED' },
    );
  }

  /** Claims and places until neither gives the other anything more to do. */
  private dial(): void {
    while (!this.end) {
      const claimed = this.claim();
      const placed = this.place();
      if (placed === 0 || (claimed === 0 && this.leads.readyCount === 0)) return;
    }
  }

  /** @returns calls made */
  private claim(): number {
    this.claimsAt = Infinity;
    if (this.leads.readyCount === 0) return 0;
    const { calls, hindrance } = this.claims.claim(this.open, this.queued.length, this.clock.now());
    this.queued.push(...calls);
    this.hindrance = hindrance;
    if (hindrance?.isPause) this.halt({ status: 'paused', reason: hindrance.reason });
    this.claimsAt = hindrance?.until ?? Infinity;
    return calls.length;
  }

  /** Places the queued calls whose turn has come. @returns how many left the queue */
  private place(): number {
    const now = this.clock.ms;
    const before = this.queued;
    this.queued = [];
    for (const [i, call] of before.entries()) {
      if (this.turns.dueAt(call) > now) this.queued.push(call);
      else if (call.dialBefore <= now) this.withdraw(call);
      else {
        this.turns.take(call, now);
        // What is behind it counts as open too.
        this.begin(call, before.length - i - 1 + this.queued.length);
      }
    }
    return before.length - this.queued.length;
  }

  private begin(call: QueuedCall, queued: number): void {
    const { lead } = call;
    const { ringTimeoutS, callTimeLimitS, machineDetection } = this.scenario.account;
    const course = this.carrier.place({
      ...{ to: lead.phoneNumber, ringTimeoutS, timeLimitS: callTimeLimitS, machineDetection },
      playMs: this.scenario.playMs,
    });
    this.pool.placed(call.fromNumber);
    if ('refusedWith' in course) {
      this.refuse(call, course.refusedWith);
      return;
    }
    const now = this.clock.ms;
    const begun: OpenCall = { ...call, course, endsAt: now + course.lastsMs * this.scenario.callsEach };
    lead.lastNumber = call.fromNumber;
    (lead.calledAt ??= []).push(now);
    this.ringing.push(begun);
    this.tallies.placed(this.ringing.length, now);
    this.hours.placed(this.ringing.length);
    this.observer.placed?.(begun, now, this.ringing.length + queued);
  }

  /** The carrier takes no call to that number: its lead ends. */
  private refuse(call: QueuedCall, code: number): void {
    this.book.released(call);
    this.tallies.calls.refused += 1;
    this.free(call);
    this.tallies.leadEnded(refused(`carrier_${code}`));
  }

  /** Its time had passed, or the campaign ended, before its turn came. */
  private withdraw(call: QueuedCall): void {
    this.book.released(call);
    this.pool.withdrawn(call.fromNumber);
    this.free(call);
    this.follow(call.lead, WITHDRAWN);
  }

  private endNext(): void {
    const call = this.ringing.pop();
    if (!call) return;
    const { status, answeredBy, sipCode, durationMs } = call.course;
    const outcome = outcomeOf(status, answeredBy, sipCode);
    const now = this.clock.ms;
    const cost = this.book.ended(call, call.course);
    this.hours.ended(outcome, cost);
    this.tallies.ended(outcome, durationMs, now);
    this.free(call);
    this.observer.ended?.(call, outcome, now);
    const deadEnd = deadEndOf(status, sipCode);
    this.follow(call.lead, deadEnd ? refused(deadEnd) : this.verdict(call.lead, outcome));
    const broken = this.book.judge(call.course, now);
    if (broken && !this.end) this.halt({ status: 'paused', reason: broken.code });
  }

  private verdict(lead: VirtualLead, outcome: CallOutcome): LeadVerdict {
    const sure = sureVerdict(outcome);
    if (sure) return sure;
    const { retryFailed, retryAttempts, retryDelay, retryRules } = this.scenario.campaign;
    const sameOutcome = (lead.ended?.get(outcome) ?? 0) + 1;
    (lead.ended ??= new Map()).set(outcome, sameOutcome);
    const budget = { retryFailed, retryAttempts, retryDelay, retryRules, attempts: lead.attempts };
    return verdictOf(outcome, { ...budget, sameOutcome: retryRules ? sameOutcome : 0 });
  }

  /** What becomes of the lead. */
  private follow(lead: VirtualLead, verdict: LeadVerdict): void {
    lead.attempts -= verdict.refund;
    if (verdict.status !== 'pending') this.tallies.leadEnded(verdict);
    else if (verdict.refund) this.leads.add(lead);
    else this.leads.wait(lead, this.clock.ms + verdict.retryInMs, 'retry_wait');
  }

  private free({ agent }: QueuedCall): void {
    if (agent) agent.open -= 1;
  }

  /** Nothing is claimed or placed any more; calls under way end by themselves. */
  private halt(end: RunEnd): void {
    this.end = end;
    const queued = this.queued;
    this.queued = [];
    for (const call of queued) this.withdraw(call);
  }

  private naturalEnd(): RunEnd {
    if (this.leads.pendingCount === 0) return { status: 'completed', reason: null };
    return { status: 'stuck', reason: this.hindrance?.reason ?? 'unknown' };
  }

  private pending(): RunResult['leads']['pending'] {
    const ready = this.leads.readyCount;
    return { ...this.leads.blocked, ...(ready > 0 ? { ready } : {}) };
  }
}

/** Plays a whole scenario at once. */
export function playThrough(scenario: Scenario, observer?: RunObserver): RunResult {
  const run = new VirtualRun(scenario, observer);
  while (run.step());
  return run.result();
}
