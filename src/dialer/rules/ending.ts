import type { CallOutcome, CallStatus } from '../../calls/index.js';
import { retryDelayOf, type RetryBudget } from './retry.js';
import { failureOf } from './sip.js';

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

/**
 * The outcome of a call the carrier ended. `AnsweredBy` is Twilio's: human, machine_start, fax, unknown …
 * @param sipCode the final SIP code, where it is told
 */
export function outcomeOf(status: CallStatus, answeredBy: string | null, sipCode?: number): CallOutcome {
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
      return failureOf(sipCode);
  }
}

export function isSuccess(outcome: CallOutcome): boolean {
  return outcome === 'answered' || outcome === 'voicemail';
}

/** A call that never rang is taken back: the lead waits as before, its attempt returned. */
export const WITHDRAWN: LeadVerdict = { status: 'pending', reason: null, refund: 1, retryInMs: 0 };

/** A number that cannot be called: no further attempt will help. */
export function refused(reason: string): LeadVerdict {
  return ended('failed', reason);
}

/** The verdict where no budget is asked; null where it depends on one. A voicemail may be retried, an answer never. */
export function sureVerdict(outcome: CallOutcome): LeadVerdict | null {
  return outcome === 'answered' ? ended('completed', outcome) : null;
}

/** What an ended call means for its lead. */
export function verdictOf(outcome: CallOutcome, budget: RetryBudget): LeadVerdict {
  const retryInMs = retryDelayOf(outcome, budget);
  if (retryInMs !== null) return { status: 'pending', reason: null, refund: 0, retryInMs };
  return ended(isSuccess(outcome) ? 'completed' : 'failed', outcome);
}

function ended(status: 'completed' | 'failed', reason: string): LeadVerdict {
  return { status, reason, refund: 0, retryInMs: 0 };
}
