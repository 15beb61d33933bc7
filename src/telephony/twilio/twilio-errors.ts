import type { PlacementResult } from '../carrier.js';

/** Numbers that cannot be called (https://www.twilio.com/docs/api/errors): the lead ends, nothing else is touched. */
const RECIPIENT = new Set([21211, 21214, 21215, 21216, 21217, 21219]);

/** Our account, caller id or URLs: every further call would meet the same answer. */
const ACCOUNT = new Set([20003, 21201, 21205, 21210, 21212, 21213]);

/** Refused before anything was placed, and worth another try: rate and concurrency limits. */
const NOT_PLACED = new Set([20429, 10004, 22005]);

/** A refusal of Twilio's REST API as its body tells it. */
export interface TwilioRefusal {
  status: number;
  code?: number;
  message: string;
}

/**
 * Sorts a refusal of a placement. Only what is listed as "not placed" counts as such; a 5xx, or an answer nobody
 * documented, may have placed the call all the same.
 */
export function classifyRefusal(refusal: TwilioRefusal): PlacementResult {
  const { status, code = 0, message } = refusal;
  const known = { code: String(code || status), message };
  if (RECIPIENT.has(code)) return { kind: 'recipient_refused', ...known };
  if (ACCOUNT.has(code) || status === 401 || status === 403) return { kind: 'account_refused', ...known };
  if (NOT_PLACED.has(code) || status === 429) return { kind: 'not_placed', ...known };
  return { kind: 'unknown', ...known };
}
