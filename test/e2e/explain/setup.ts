import type { Case, ExplainWorld } from './world.js';

/** What a set-up has made true. */
export interface Made {
  lead: Case;
  /** When the lead may be called; absent: whatever is told. */
  until?: string;
  /** Evidence that is known only now. */
  expected?: Record<string, unknown>;
}

/** A rule, how it is made to hold, and what is to be told of it. */
export interface Setup {
  /** After "should tell that". */
  name: string;
  /** The code that decides. */
  reason: string;
  /** The others that hold, in their order. */
  also?: string[];
  /** Default `at_time`. */
  ends?: string;
  /** What is told to have to end first, where that is not the reason that decides. */
  waitsFor?: string;
  /** Of the lead, in the database and as told; default pending. */
  status?: string;
  /** Placements to its number, by the ledger; default none. */
  calls?: number;
  evidence?: Record<string, unknown>;
  setUp: (world: ExplainWorld) => Promise<Made>;
}
