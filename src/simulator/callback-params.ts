import type { CallRecord } from './call-record.js';
import type { FormParams } from './signature.js';
import { API_VERSION, rfc2822 } from './call-resource.js';

/** Twilio sends the place of either party, empty where it does not know it; they are signed all the same. */
const COUNTRIES: readonly (readonly [prefix: string, country: string])[] = [
  ['+1', 'US'],
  ['+44', 'GB'],
  ['+49', 'DE'],
  ['+33', 'FR'],
  ['+61', 'AU'],
  ['+91', 'IN'],
];

const countryOf = (number: string): string =>
  COUNTRIES.find(([prefix]) => number.startsWith(prefix))?.[1] ?? '';

/** What every request about a call tells: the fields Twilio also sends when it asks for TwiML. */
export function callParams(call: CallRecord, accountSid: string, status: string): Record<string, string> {
  const { to, from } = call.request;
  return {
    CallSid: call.sid,
    AccountSid: accountSid,
    From: from,
    To: to,
    CallStatus: status,
    Direction: 'outbound-api',
    ApiVersion: API_VERSION,
    ...partyParams('Called', 'To', to),
    ...partyParams('Caller', 'From', from),
    ...(call.answeredBy && { AnsweredBy: call.answeredBy }),
  };
}

function partyParams(role: string, side: string, number: string): Record<string, string> {
  const country = countryOf(number);
  return {
    [role]: number,
    [`${role}City`]: '',
    [`${role}State`]: '',
    [`${role}Zip`]: '',
    [`${role}Country`]: country,
    [`${side}City`]: '',
    [`${side}State`]: '',
    [`${side}Zip`]: '',
    [`${side}Country`]: country,
  };
}

/** A progress event (https://www.twilio.com/docs/voice/api/call-resource#statuscallback). */
export function progressParams(call: CallRecord, accountSid: string, sequence: number): FormParams {
  return {
    ...callParams(call, accountSid, call.status),
    Timestamp: rfc2822(call.events.at(-1)?.at ?? call.placedAt),
    SequenceNumber: String(sequence),
    CallbackSource: 'call-progress-events',
    ...(call.endedAt !== undefined && {
      CallDuration: String(call.durationS ?? 0),
      // Minutes begun, unlike CallDuration.
      Duration: String(Math.ceil((call.durationS ?? 0) / 60)),
    }),
    ...(call.sipCode !== undefined && { SipResponseCode: String(call.sipCode) }),
  };
}
