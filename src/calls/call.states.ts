import { sourcesOf, statesOf, terminalStatesOf, type TransitionTable } from '../common/index.js';

export type CallStatus =
  | 'queued'
  | 'dialing'
  | 'unknown'
  | 'initiated'
  | 'ringing'
  | 'in-progress'
  | 'completed'
  | 'busy'
  | 'no-answer'
  | 'failed'
  | 'canceled';

export const CALL_OUTCOMES = ['answered', 'voicemail', 'busy', 'no_answer', 'failed', 'canceled'] as const;
export type CallOutcome = (typeof CALL_OUTCOMES)[number];

const ENDS = ['completed', 'busy', 'no-answer', 'failed', 'canceled'] as const;

/**
 * The life of a call (DESIGN: "Lives"). The carrier's news may skip states, so each open state leads to every
 * later one. The only way back is `dialing → queued`, where it is proved that nothing was sent.
 */
export const CALL_TRANSITIONS: TransitionTable<CallStatus> = {
  queued: ['dialing', 'canceled', 'failed'],
  dialing: ['queued', 'unknown', 'initiated', 'ringing', 'in-progress', ...ENDS],
  unknown: ['initiated', 'ringing', 'in-progress', ...ENDS],
  initiated: ['ringing', 'in-progress', ...ENDS],
  ringing: ['in-progress', ...ENDS],
  'in-progress': [...ENDS],
  completed: [],
  busy: [],
  'no-answer': [],
  failed: [],
  canceled: [],
};

export const TERMINAL_CALL_STATUSES = terminalStatesOf(CALL_TRANSITIONS);

/** Open calls hold a slot and their number. */
export const OPEN_CALL_STATUSES = statesOf(CALL_TRANSITIONS).filter(
  (status) => !TERMINAL_CALL_STATUSES.includes(status),
);

export function isTerminal(status: CallStatus): boolean {
  return TERMINAL_CALL_STATUSES.includes(status);
}

/** The states a call may be in for a move to `to` to be allowed. */
export function callSourcesOf(to: CallStatus): CallStatus[] {
  return sourcesOf(CALL_TRANSITIONS, to);
}
