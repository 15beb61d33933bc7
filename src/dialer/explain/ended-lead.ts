import { isReopened, type Campaign } from '../../campaigns/index.js';
import type { CallOutcome } from '../../calls/index.js';
import type { Lead } from '../../leads/index.js';
import { retryOf, type Retry, type RetryBudget } from '../rules/retry.js';
import { REASONS, standing, waitUntil, type Reason, type ReasonCode } from './reasons.js';

/** Reasons of leads that say all by themselves. */
const PLAIN = [
  ...(['answered', 'opted_out', 'suppressed', 'never_in_window', 'unknown_zone'] as const),
  ...(['number_not_in_service', 'call_unwanted'] as const),
];
/** Outcomes that a retry rule may answer: why it did not is the reason. */
const MISSED: CallOutcome[] = ['busy', 'no_answer', 'failed', 'canceled', 'voicemail'];
const CARRIER = 'carrier_';
const OTHER_RULES =
  'by the rules of today its last call would be followed by another one, but when it ended there were others';

/** The last call's outcome where the lead ended by it: the retry rules decided then. */
export function outcomeAtEnd({ reason }: Pick<Lead, 'reason'>): CallOutcome | null {
  return MISSED.find((outcome) => outcome === reason) ?? null;
}

/**
 * Why a lead that is through is not called, and whether a later run of its campaign calls it again.
 * @param budget of its last call; null: nothing was asked of it
 */
export function endedReason(
  lead: Pick<Lead, 'status' | 'reason' | 'attempts'>,
  campaign: Campaign,
  budget: RetryBudget | null,
  evidence: Record<string, unknown>,
): Reason {
  const { status, reason, attempts } = lead;
  const code = codeOf(lead, budget);
  const shown = { leadStatus: status, leadReason: reason, attempts, ...evidence };
  const reopensAt = reopeningOf(lead, campaign);
  if (reopensAt) {
    const { reopen } = campaign.recurrence ?? {};
    return waitUntil(code, reopensAt, { ...shown, reopen, nextRunAt: reopensAt });
  }
  const words = wouldBeRetried(lead, budget) ? OTHER_RULES : REASONS[code].toLowerCase();
  const message = `The lead is ${status}: ${words}${reason === null ? '' : ` (${reason})`}`;
  return standing(code, 'never', shown, message);
}

function codeOf({ status, reason }: Pick<Lead, 'status' | 'reason'>, budget: RetryBudget | null): ReasonCode {
  if (reason === null) return 'ended';
  const plain = PLAIN.find((each) => each === reason);
  if (plain) return plain;
  if (reason.startsWith(CARRIER)) return 'carrier_refused';
  if (reason === 'voicemail') return 'voicemail';
  const retry = retryToday({ status, reason }, budget);
  return retry && 'reason' in retry ? retry.reason : 'ended';
}

/** What the rules of today say after the call it ended by; null: nothing. */
function retryToday(
  { status, reason }: Pick<Lead, 'status' | 'reason'>,
  budget: RetryBudget | null,
): Retry | null {
  const outcome = outcomeAtEnd({ reason });
  return outcome === null || budget === null || status === 'completed' ? null : retryOf(outcome, budget);
}

function wouldBeRetried(lead: Pick<Lead, 'status' | 'reason'>, budget: RetryBudget | null): boolean {
  const retry = retryToday(lead, budget);
  return retry !== null && 'delayMs' in retry;
}

/** When the next run of the campaign's recurrence calls it again; null: none does. */
function reopeningOf(
  lead: Pick<Lead, 'status' | 'reason'>,
  { recurrence, nextRunAt }: Campaign,
): Date | null {
  return recurrence && nextRunAt && isReopened(recurrence.reopen, lead) ? nextRunAt : null;
}
