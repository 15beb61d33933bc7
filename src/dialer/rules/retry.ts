import type { CallOutcome } from '../../calls/index.js';
import type { RetryRule } from '../../campaigns/index.js';

/** The campaign's rules on retrying, and what the lead has used of them. */
export interface RetryBudget {
  retryFailed: boolean;
  /** Extra attempts after the first. */
  retryAttempts: number;
  /** Milliseconds. */
  retryDelay: number;
  /** Set: they hold instead of the three above. */
  retryRules: RetryRule[] | null;
  /** Attempts counted so far, this one included. */
  attempts: number;
  /** How many of them ended as this one did, this one included; 0 where there are no rules. */
  sameOutcome: number;
}

/**
 * Milliseconds until a lead is called again after a call that ended so; null: never.
 *
 * With rules there is one budget for all of them, the largest `attempts`: a lead is called again no more often, however its
 * outcomes vary. Within it each rule says how often its own outcome is answered by another call. So a rule never adds to what
 * another has used up, and the order of the rules means nothing.
 */
export function retryDelayOf(outcome: CallOutcome, budget: RetryBudget): number | null {
  const { retryRules, attempts, sameOutcome } = budget;
  if (!retryRules) return simpleDelayOf(outcome, budget);
  const rule = retryRules.find(({ on }) => on === outcome);
  const most = Math.max(...retryRules.map((each) => each.attempts));
  if (!rule || attempts > most || sameOutcome > rule.attempts) return null;
  return rule.delays[sameOutcome - 1] ?? rule.delays.at(-1) ?? null;
}

/** The simple form takes a voicemail for an answer. */
function simpleDelayOf(outcome: CallOutcome, budget: RetryBudget): number | null {
  const isMissed = outcome !== 'answered' && outcome !== 'voicemail';
  const { retryFailed, retryAttempts, retryDelay, attempts } = budget;
  return isMissed && retryFailed && attempts <= retryAttempts ? retryDelay : null;
}
