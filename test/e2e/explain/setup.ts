import type { SELF_PAUSES } from '../../../src/campaigns/campaign.entity.js';
import type { Ends, ReasonCode } from '../../../src/dialer/explain/reasons.js';
import type { TestSettings } from '../../support/app.js';
import type { Case } from './rows.js';
import type { ExplainWorld } from './world.js';

export type SelfPauseCode = (typeof SELF_PAUSES)[number];
export type Evidence = Record<string, unknown>;

/** What a set-up has made true. */
export interface Made {
  lead: Case;
  /** When the reason ends, ISO 8601, where it is timed: worked out by the test, or between two times. */
  until?: string | { from: string; to: string };
  /** When the lead may be called, where that is later than the end of the reason. */
  next?: string;
  /** Evidence that is known only now. */
  expected?: Evidence;
  /** Evidence of the other reasons, by their codes. */
  others?: Record<string, Evidence>;
  /** Lets go of what the set-up holds, and sees what becomes of the lead. */
  after?: () => Promise<void>;
}

/** A rule, how it is made to hold, and what is to be told of it. */
export interface Setup {
  /** After "should tell that". */
  name: string;
  /** The code that decides. */
  reason: ReasonCode;
  /** The others that hold, in their order. */
  also?: ReasonCode[];
  /** Where the campaign paused itself: what for. */
  pause?: SelfPauseCode;
  /** Default `at_time`. */
  ends?: Ends;
  /** What is told to have to end first, where that is not the reason that decides. */
  waitsFor?: ReasonCode;
  /** Of the lead, in the database and as told; default pending. */
  status?: string;
  /** Placements to its number, by the ledger; default none. */
  calls?: number;
  evidence?: Evidence;
  /** What its message has to say. */
  says?: RegExp;
  setUp: (world: ExplainWorld) => Promise<Made>;
}

/** Rules that can be shown by one app. */
export interface Table {
  /** After "why not called:". */
  words: string;
  settings: TestSettings;
  /** Whether the set-ups keep out of each other's way. */
  areApart: boolean;
  setups: Setup[];
}
