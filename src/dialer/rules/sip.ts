import type { CallOutcome, CallStatus } from '../../calls/index.js';

/** Why no further call to a number makes sense; a lead's reason. */
export type DeadEnd = 'number_not_in_service' | 'call_unwanted';

/**
 * Final SIP codes (RFC 3261, section 21) after which the number is not called again. What networks mean by them is in RFC
 * 3398, section 8.2.6.1: 404 unallocated number, no route to it; 410 number changed; 484 invalid number format. 604 is "the
 * user does not exist anywhere". 607 is the callee's own word that such calls are not wanted (RFC 8197).
 */
const DEAD_ENDS: Readonly<Record<number, DeadEnd>> = {
  404: 'number_not_in_service',
  410: 'number_not_in_service',
  484: 'number_not_in_service',
  604: 'number_not_in_service',
  607: 'call_unwanted',
};

/**
 * What a `failed` call really was where its code says more: busy (486, 600), or nobody there (408 no user responding, 480
 * no answer or absent, 487 our own time-out). 603 is the callee pressing "decline", which Twilio tells as busy from most
 * networks: it is one everywhere.
 */
const MEANINGS: Readonly<Record<number, CallOutcome>> = {
  486: 'busy',
  600: 'busy',
  603: 'busy',
  408: 'no_answer',
  480: 'no_answer',
  487: 'no_answer',
};

/** How a call ends that its code may say more of: not one that was answered, or that we canceled. */
const TURNED_AWAY: CallStatus[] = ['failed', 'busy', 'no-answer'];

/** The reason to call the number no more, if a call's end is one. */
export function deadEndOf(status: CallStatus, sipCode: number | undefined): DeadEnd | null {
  return (sipCode !== undefined && TURNED_AWAY.includes(status) && DEAD_ENDS[sipCode]) || null;
}

/** The outcome of a call that the carrier calls failed. Everything else (403, 488, 5xx …) is the networks' trouble. */
export function failureOf(sipCode: number | undefined): CallOutcome {
  return (sipCode !== undefined && MEANINGS[sipCode]) || 'failed';
}
