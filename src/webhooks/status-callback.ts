import type { CarrierNews } from '../dialer/index.js';
import { CARRIER_STATUSES, type CallbackParameters } from '../telephony/index.js';

/** Parameters worth keeping with the event; numbers and places of people are not. */
const KEPT = [
  'SequenceNumber',
  'Timestamp',
  'CallDuration',
  'SipResponseCode',
  'AnsweredBy',
  'QueueTime',
] as const;

/**
 * Twilio's status callback (https://www.twilio.com/docs/voice/api/call-resource#statuscallback) as news of a call.
 * `CallDuration` is seconds (`Duration` would be minutes). Null when it makes no sense.
 */
export function readStatusCallback(callId: string, parameters: CallbackParameters): CarrierNews | null {
  const get = (name: string): string | null => {
    const value = parameters[name];
    return typeof value === 'string' && value !== '' ? value : null;
  };
  const sid = get('CallSid');
  const status = CARRIER_STATUSES.find((known) => known === get('CallStatus'));
  if (sid === null || status === undefined) return null;
  const seconds = Number(get('CallDuration') ?? NaN);
  const sipCode = Number(get('SipResponseCode') ?? NaN);
  const code = get('ErrorCode') ?? (status === 'failed' ? get('SipResponseCode') : null);
  return {
    callId,
    sid,
    status,
    durationMs: Number.isInteger(seconds) && seconds >= 0 ? seconds * 1000 : null,
    answeredBy: get('AnsweredBy'),
    ...(Number.isInteger(sipCode) ? { sipCode } : {}),
    ...(code === null ? {} : { errorCode: code, errorMessage: get('ErrorMessage') ?? undefined }),
    event: {
      type: 'carrier.callback',
      dedupeKey: `${sid}:${get('SequenceNumber') ?? ''}:${status}`,
      data: Object.fromEntries(KEPT.flatMap((name) => (get(name) === null ? [] : [[name, get(name)]]))),
    },
  };
}
