import type { CallOutcome, CallStatus } from '../../calls/index.js';

/** What a lead becomes when its call ends. */
export interface LeadVerdict {
  status: 'completed' | 'failed' | 'pending';
  /** `answered`, `busy`, `not_placed` …; null when the lead simply waits again. */
  reason: string | null;
  /** Attempts given back: the call never rang. */
  refund: 0 | 1;
  /** Milliseconds until the next attempt; only with `pending`. */
  retryInMs: number;
}

/** The campaign's rules on retrying, and what the lead has used of them. */
export interface RetryBudget {
  retryFailed: boolean;
  /** Extra attempts after the first. */
  retryAttempts: number;
  /** Milliseconds. */
  retryDelay: number;
  /** Attempts counted so far, this one included. */
  attempts: number;
}

/** The outcome of a call the carrier ended. `AnsweredBy` is Twilio's: human, machine_start, fax, unknown … */
export function outcomeOf(status: CallStatus, answeredBy: string | null): CallOutcome {
  switch (status) {
    case 'completed':
      return answeredBy !== null && /^(machine|fax)/.test(answeredBy) ? 'voicemail' : 'answered';
    case 'busy':
      return 'busy';
    case 'no-answer':
      return 'no_answer';
    case 'canceled':
      return 'canceled';
    default:
      return 'failed';
  }
}

export function isSuccess(outcome: CallOutcome): boolean {
  return outcome === 'answered' || outcome === 'voicemail';
}

/** A call that never rang is taken back: the lead waits as before, its attempt returned. */
export const WITHDRAWN: LeadVerdict = { status: 'pending', reason: null, refund: 1, retryInMs: 0 };

/** A number that cannot be called: no further attempt will help. */
export function refused(reason: string): LeadVerdict {
  return { status: 'failed', reason, refund: 0, retryInMs: 0 };
}

/** The verdict where no budget is asked; null where it depends on one. */
export function sureVerdict(outcome: CallOutcome): LeadVerdict | null {
  return isSuccess(outcome) ? { status: 'completed', reason: outcome, refund: 0, retryInMs: 0 } : null;
}

/** What an ended call means for its lead. */
export function verdictOf(outcome: CallOutcome, budget: RetryBudget): LeadVerdict {
  const sure = sureVerdict(outcome);
  if (sure) return sure;
  const mayRetry = budget.retryFailed && budget.attempts <= budget.retryAttempts;
  if (mayRetry) return { status: 'pending', reason: null, refund: 0, retryInMs: budget.retryDelay };
  return { status: 'failed', reason: outcome, refund: 0, retryInMs: 0 };
}
