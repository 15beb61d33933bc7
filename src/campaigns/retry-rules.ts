/** Ends of a call after which a rule may have the lead called again; an answered call is never one. */
export const RETRY_OUTCOMES = ['busy', 'no_answer', 'failed', 'voicemail', 'canceled'] as const;
export type RetryOutcome = (typeof RETRY_OUTCOMES)[number];

/** How often, and after how long, a lead is called again after one outcome. */
export interface RetryRule {
  on: RetryOutcome;
  /** How often the lead is called again after this outcome. */
  attempts: number;
  /** Milliseconds before the first, second … of these calls; the last holds for the rest. */
  delays: number[];
}

/** No more than `attempts` placed calls to one phone number, over all campaigns, in any span of `days` times 24 hours. */
export interface NumberCap {
  attempts: number;
  days: number;
}
