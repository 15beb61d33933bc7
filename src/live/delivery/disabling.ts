import type { DisabledReason } from '../../journal/index.js';

/** Events given up in a row, none delivered between them. */
const MOST_DEAD_IN_ROW = 10;
/** No attempt has succeeded for so long. */
const MOST_FAILING_DAYS = 5;
const DAY_MS = 86_400_000;
/** "The receiver is gone": the specification asks that its subscription be disabled. */
const GONE = 410;

/** How a subscription has fared, with the failure just met. */
export interface Record {
  /** Events given up since the last success, the present one included. */
  deadInRow: number;
  /** Milliseconds since the first attempt that failed after the last success. */
  failingMs: number;
  /** Of the last answer; null: there was none. */
  statusCode: number | null;
}

/** Why a subscription is sent no more; null: it is. Judged when an event is given up, or its receiver says that it is gone. */
export function disabledReasonOf({ deadInRow, failingMs, statusCode }: Record): DisabledReason | null {
  if (statusCode === GONE) return { code: 'GONE', message: 'The receiver answered 410 Gone' };
  if (deadInRow >= MOST_DEAD_IN_ROW) {
    return {
      code: 'DEAD_LETTERS',
      message: `${deadInRow} events in a row could not be delivered within a day`,
    };
  }
  if (deadInRow > 0 && failingMs >= MOST_FAILING_DAYS * DAY_MS) {
    return { code: 'FAILING', message: `No event could be delivered for ${MOST_FAILING_DAYS} days` };
  }
  return null;
}
