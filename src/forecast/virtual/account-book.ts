import type { SelfPause } from '../../campaigns/index.js';
import {
  allowanceOf,
  callsLeft,
  costOf,
  isServerFailure,
  judgeCarrier,
  Rates,
  reserveFor,
} from '../../dialer/index.js';
import type { CallCourse } from '../../simulator/index.js';
import type { Scenario } from './scenario.js';

/** What a call may cost; micros. */
export interface Price {
  /** A minute. */
  rate: number;
  /** Set aside for it. */
  reserve: number;
}

/** What the campaign has used of its limits, and how the carrier has treated it. */
export class AccountBook {
  private readonly rates: Rates;
  private placedCalls: number;
  private spentBefore: number;
  private reserved = 0;
  private readonly treated: { at: number; hasFailed: boolean }[] = [];
  private failures = 0;
  /** Micros that calls of this run cost. */
  spent = 0;

  constructor(private readonly scenario: Pick<Scenario, 'campaign' | 'account' | 'used'>) {
    this.rates = new Rates(scenario.account.rates);
    this.placedCalls = scenario.used.placed;
    this.spentBefore = scenario.used.spent;
  }

  priceOf(phoneNumber: string): Price {
    const rate = this.rates.perMinute(phoneNumber);
    return { rate, reserve: reserveFor(rate, this.scenario.account.callTimeLimitS * 1000) };
  }

  /** Calls that maxCalls leaves. */
  callsLeft(open: number, queued: number): number {
    return callsLeft(this.scenario.campaign, this.use(open, queued));
  }

  /** How many of these numbers may be called within maxCalls and maxSpend, and whether that is all there will ever be. */
  allowance(open: number, queued: number, phoneNumbers: readonly string[]): ReturnType<typeof allowanceOf> {
    const { campaign } = this.scenario;
    if (campaign.maxCalls === null && campaign.maxSpend === null)
      return { calls: phoneNumbers.length, reached: null };
    const reserves = phoneNumbers.map((number) => this.priceOf(number).reserve);
    return allowanceOf(campaign, this.use(open, queued), reserves);
  }

  claimed({ reserve }: Price): void {
    this.reserved += reserve;
  }

  /** It was never placed. */
  released({ reserve }: Price): void {
    this.reserved -= reserve;
  }

  /** @returns micros that it cost */
  ended({ rate, reserve }: Price, { status, durationMs }: CallCourse): number {
    const isCompleted = status === 'completed';
    const cost = costOf({ rate, reserved: reserve, wasAnswered: isCompleted, isCompleted, durationMs });
    this.reserved -= reserve;
    this.spent += cost;
    this.placedCalls += 1;
    return cost;
  }

  /** Why the campaign must pause, since the carrier fails; null: it need not. */
  judge({ status, sipCode }: CallCourse, now: number): SelfPause | null {
    const { breaker } = this.scenario.account;
    const hasFailed = status === 'failed' && isServerFailure(sipCode?.toString());
    this.treated.push({ at: now, hasFailed });
    if (hasFailed) this.failures += 1;
    while ((this.treated[0]?.at ?? now) < now - breaker.windowS * 1000) {
      if (this.treated.shift()?.hasFailed) this.failures -= 1;
    }
    if (!hasFailed) return null;
    return judgeCarrier({ failed: this.failures, handled: this.treated.length - this.failures }, breaker);
  }

  private use(open: number, queued: number): Parameters<typeof callsLeft>[1] {
    const { placedCalls: placed, reserved } = this;
    return { placed, open, undecided: queued, spent: this.spentBefore + this.spent, reserved };
  }
}
