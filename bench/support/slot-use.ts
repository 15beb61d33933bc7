import type { Ledger } from './carrier-ledger.js';
import { percentile, rounded } from './statistics.js';

/** What a ledger tells of one run of a list over a number of slots. */
export interface SlotUse {
  /** From the first placement to the end of the last call. Seconds. */
  actualS: number;
  /** The time that perfect slots would have taken, as a share of the actual time. */
  utilisation: number;
  maxOpen: number;
  /** Placements beyond the first of a number. */
  doubles: number;
  /** Numbers that were never called. */
  missing: number;
  placementsPerS: number;
  /** From the end of a call to the placement that took its slot. Milliseconds. */
  refillP50Ms: number;
  refillP99Ms: number;
}

export interface Expected {
  numbers: string[];
  slots: number;
  callMs: number;
}

/** The seconds that `slots` would take if each were filled again in the instant it is free. */
export function idealSeconds({ numbers, slots, callMs }: Expected): number {
  return (Math.ceil(numbers.length / slots) * callMs) / 1000;
}

/** @throws where a call has not ended, or nothing was called at all */
export function measure(ledger: Ledger, expected: Expected): SlotUse {
  const placed = ledger.placements.map((call) => call.placedAt).toSorted(ascending);
  const ended = ledger.placements.map((call) => endOf(call)).toSorted(ascending);
  const called = new Set(ledger.placements.map((call) => call.to));
  const actualS = ((ended.at(-1) ?? NaN) - (placed[0] ?? NaN)) / 1000;
  if (Number.isNaN(actualS)) throw new Error('The ledger is empty: nothing was called');
  // The k-th end frees the slot that the placement number `slots` + k takes, whichever calls they were.
  const refills = placed.slice(expected.slots).map((at, k) => at - (ended[k] ?? NaN));
  return {
    actualS: rounded(actualS, 3),
    utilisation: rounded(idealSeconds(expected) / actualS, 3),
    maxOpen: ledger.maxOpen,
    doubles: placed.length - called.size,
    missing: expected.numbers.filter((number) => !called.has(number)).length,
    placementsPerS: rounded(placed.length / actualS, 1),
    refillP50Ms: rounded(percentile(refills, 50), 1),
    refillP99Ms: rounded(percentile(refills, 99), 1),
  };
}

function endOf({ to, endedAt }: { to: string; endedAt: number | null }): number {
  if (endedAt === null) throw new Error(`The call to ${to} has not ended`);
  return endedAt;
}

const ascending = (a: number, b: number): number => a - b;
