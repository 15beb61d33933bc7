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

/** Why a lead is not called again after a call. */
export type NoRetryReason =
  /** No rule names the outcome. */
  | 'not_retried'
  /** The attempts are used: all of them, or those of the outcome's rule. */
  | 'attempts_used';

/** What follows a call that ended: another in `delayMs` milliseconds, or none. */
export type Retry = { delayMs: number } | { reason: NoRetryReason };

/**
 * Whether a lead is called again after a call that ended so.
 *
 * With rules there is one budget for all of them, the largest `attempts`: a lead is called again no more often, however its
 * outcomes vary. Within it each rule says how often its own outcome is answered by another call. So a rule never adds to what
 * another has used up, and the order of the rules means nothing.
 */
export function retryOf(outcome: CallOutcome, budget: RetryBudget): Retry {
  const { retryRules, attempts, sameOutcome } = budget;
  if (!retryRules) return simpleRetryOf(outcome, budget);
  const rule = retryRules.find(({ on }) => on === outcome);
  if (!rule) return { reason: 'not_retried' };
  const most = Math.max(...retryRules.map((each) => each.attempts));
  const delayMs = rule.delays[sameOutcome - 1] ?? rule.delays.at(-1);
  const isUsed = attempts > most || sameOutcome > rule.attempts || delayMs === undefined;
  return isUsed ? { reason: 'attempts_used' } : { delayMs };
}

/** Milliseconds until a lead is called again after a call that ended so; null: never. */
export function retryDelayOf(outcome: CallOutcome, budget: RetryBudget): number | null {
  const retry = retryOf(outcome, budget);
  return 'delayMs' in retry ? retry.delayMs : null;
}

/** The simple form takes a voicemail for an answer. */
function simpleRetryOf(outcome: CallOutcome, budget: RetryBudget): Retry {
  const isMissed = outcome !== 'answered' && outcome !== 'voicemail';
  const { retryFailed, retryAttempts, retryDelay, attempts } = budget;
  if (!isMissed || !retryFailed) return { reason: 'not_retried' };
  return attempts <= retryAttempts ? { delayMs: retryDelay } : { reason: 'attempts_used' };
}
