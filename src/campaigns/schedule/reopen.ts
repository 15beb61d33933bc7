import type { ReopenRule } from './recurrence.js';

/** Which leads a rule names, as data: for the statement, and for the rule as a function. */
export interface Reopened {
  failed: boolean;
  /** Completed ones with any of these reasons; null: all completed ones. */
  completed: string[] | null;
}

const REOPENED: Record<ReopenRule, Reopened> = {
  none: { failed: false, completed: [] },
  failed: { failed: true, completed: [] },
  // A voicemail completes a lead, but nobody was reached.
  unreached: { failed: true, completed: ['voicemail'] },
  all: { failed: true, completed: null },
};

/** Through for good: who must not be called, or cannot be. */
export const FOR_GOOD = [
  ...['suppressed', 'opted_out', 'erased', 'invalid_number'],
  ...['number_not_in_service', 'call_unwanted'],
];

/** `carrier_21211` and the like: the carrier refused the number itself. */
export const FOR_GOOD_PREFIX = 'carrier_';

export function reopenedBy(rule: ReopenRule): Reopened {
  return REOPENED[rule];
}

/** Whether a run with this rule calls a lead again that an earlier one was through with. */
export function isReopened(
  rule: ReopenRule,
  { status, reason }: { status: string; reason: string | null },
): boolean {
  const { failed, completed } = REOPENED[rule];
  if (isForGood(reason)) return false;
  if (status === 'completed') return completed === null || (reason !== null && completed.includes(reason));
  return status === 'failed' && failed;
}

function isForGood(reason: string | null): boolean {
  if (reason === null) return false;
  return FOR_GOOD.some((each) => each === reason) || reason.startsWith(FOR_GOOD_PREFIX);
}
