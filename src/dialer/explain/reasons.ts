/**
 * Why a lead is not called now, in words for everybody. Codes are stable. What only one lead's reason can say (which entry,
 * which clock) is in its message and evidence.
 */
export const REASONS = {
  campaign_draft: 'The campaign has not been started',
  campaign_scheduled: 'The campaign starts by itself later',
  campaign_paused: 'The campaign was paused by somebody',
  campaign_paused_itself: 'The campaign paused itself',
  campaign_stopped: 'The campaign is stopped',
  campaign_completed: 'The campaign is completed',
  campaign_end_passed: 'The end of the campaign, or of its run, has come',
  campaign_asleep: 'By its own clock nobody of the campaign may be called: it sleeps',
  window_changed: 'Window or rule pack were changed: leads that wait for the old ones are being judged anew',
  suppressed: 'The number is on the do-not-call list',
  never_in_window: 'No hour suits all clocks the lead may live by',
  unknown_zone: 'Nobody knows by which clock the lead lives',
  outside_window: 'It is outside the calling hours',
  break: 'It is a break within the calling hours',
  holiday: 'It is a day off',
  rule_pack: 'The rule pack does not allow calls at this hour',
  number_cap: 'The number was called as often as the cap per number allows',
  retry_wait: 'The lead waits for its next attempt',
  number_busy: 'The number is in another call',
  in_call: 'The lead is in a call',
  slots_full: 'As many calls of the campaign are open as may be (maxConcurrent)',
  agents_full: 'Every agent of the campaign has as many calls as it may',
  agents_inactive: 'No agent of the campaign is active',
  account_full: 'The account has as many open calls as it may (CARRIER_MAX_CONCURRENT)',
  account_share: 'The free slots of the account are due to other campaigns',
  max_calls: 'The campaign has placed as many calls as it may (maxCalls)',
  max_spend: 'What the call may cost does not fit into the rest of maxSpend',
  call_delay: 'The calls before it wait for their turn (callDelay)',
  account_cps: 'The calls before it wait for a turn of the account (CARRIER_CPS)',
  no_caller_id: 'There is no number to call from',
  caller_ids_inactive: 'No number to call from is active',
  caller_ids_resting: 'The numbers to call from rest',
  caller_ids_capped: 'The numbers to call from have made their calls of the day',
  caller_ids_paced: 'The numbers to call from wait for their turn',
  answered: 'Somebody answered',
  voicemail: 'A voicemail answered, and that is not called again',
  opted_out: 'Somebody asked in the call not to be called again',
  not_retried: 'The last call did not reach anybody, and that is not called again',
  attempts_used: 'All attempts are used',
  number_not_in_service: 'The network says that the number cannot be reached',
  call_unwanted: 'The callee refuses such calls',
  carrier_refused: 'The carrier refused the number',
  ended: 'The lead is through',
} as const;

export type ReasonCode = keyof typeof REASONS;

export const REASON_CODES = Object.keys(REASONS).filter((code): code is ReasonCode => code in REASONS);

/** How a reason ends: at `until`; without anybody's doing, nobody knows when; when somebody acts; never. */
export const ENDS = ['at_time', 'by_itself', 'by_somebody', 'never'] as const;
export type Ends = (typeof ENDS)[number];

/** One rule that keeps a lead, or a whole campaign, from being called now. */
export interface Reason {
  code: ReasonCode;
  /** A sentence, with the values that decide. */
  message: string;
  /** What it was judged by. */
  evidence: Record<string, unknown>;
  /** When it ends, if that is known. */
  until: Date | null;
  ends: Ends;
}

/** A reason that holds until then. */
export function waitUntil(code: ReasonCode, until: Date, evidence: Record<string, unknown>): Reason {
  const message = `${REASONS[code]}, until ${until.toISOString()}`;
  return { code, message, evidence, until, ends: 'at_time' };
}

/** A reason without a time. */
export function standing(
  code: ReasonCode,
  ends: Exclude<Ends, 'at_time'>,
  evidence: Record<string, unknown>,
  message: string = REASONS[code],
): Reason {
  return { code, message, evidence, until: null, ends };
}
