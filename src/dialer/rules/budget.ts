/** What a campaign may do at most; null: no limit. Amounts are millionths of the currency of the rates. */
export interface Budget {
  maxCalls: number | null;
  maxSpend: number | null;
}

/** What it has used, by one snapshot. */
export interface BudgetUse {
  /** Ended calls that the carrier had. */
  placed: number;
  open: number;
  /** Open calls of which it is not certain yet that the carrier has them. */
  undecided: number;
  /** Micros that ended calls cost. */
  spent: number;
  /** Micros that open calls may cost. */
  reserved: number;
}

export type LimitReached = 'MAX_CALLS_REACHED' | 'MAX_SPEND_REACHED';

/** What may be claimed, and whether nothing more ever will be within these limits. */
export interface Allowance {
  calls: number;
  reached: LimitReached | null;
}

/** Calls that `maxCalls` leaves. An open call counts: each of them may be placed. */
export function callsLeft({ maxCalls }: Budget, { placed, open }: BudgetUse): number {
  return maxCalls === null ? Infinity : Math.max(0, maxCalls - placed - open);
}

/**
 * How many of the next leads may be called: as many as `maxCalls` leaves, and in their order while what they may cost at
 * most fits into what `maxSpend` leaves. A limit is reached only when no call under way can give anything back.
 * @param reserves what each of the next leads' calls may cost at most, micros
 */
export function allowanceOf(budget: Budget, use: BudgetUse, reserves: readonly number[]): Allowance {
  const byCalls = callsLeft(budget, use);
  if (byCalls === 0) return { calls: 0, reached: use.undecided === 0 ? 'MAX_CALLS_REACHED' : null };
  const calls = Math.min(byCalls, affordable(budget, use, reserves));
  const isBroke = calls === 0 && reserves.length > 0 && use.open === 0;
  return { calls, reached: isBroke ? 'MAX_SPEND_REACHED' : null };
}

function affordable({ maxSpend }: Budget, use: BudgetUse, reserves: readonly number[]): number {
  if (maxSpend === null) return reserves.length;
  let left = maxSpend - use.spent - use.reserved;
  let count = 0;
  for (const reserve of reserves) {
    left -= reserve;
    if (left < 0) break;
    count += 1;
  }
  return count;
}

const MINUTE_MS = 60_000;

/**
 * What a call may cost at most, micros: carriers bill by minutes begun.
 * @param rate micros a minute
 * @param limitMs how long the call may last
 */
export function reserveFor(rate: number, limitMs: number): number {
  return rate * Math.ceil(limitMs / MINUTE_MS);
}

/** A call that ended, as far as its price goes. */
export interface EndedCall {
  /** Micros a minute. */
  rate: number;
  /** Micros set aside for it. */
  reserved: number;
  /** Whether it was ever answered. */
  wasAnswered: boolean;
  /** Whether it ended as completed. */
  isCompleted: boolean;
  /** Milliseconds talked; null: nobody told. */
  durationMs: number | null;
}

/** What an ended call cost, micros. One that was answered and of which nobody told how long it took cost what was set aside. */
export function costOf({ rate, reserved, wasAnswered, isCompleted, durationMs }: EndedCall): number {
  if (durationMs === null) return wasAnswered || isCompleted ? reserved : 0;
  return rate * Math.max(Math.ceil(durationMs / MINUTE_MS), isCompleted ? 1 : 0);
}
