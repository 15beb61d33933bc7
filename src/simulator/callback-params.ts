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

/**
 * What every request about a call tells: the fields Twilio also sends when it asks for TwiML. One literal that is added
 * to: with a spread of so many fields V8 falls back to a hash table, and a callback costs 12 µs more.
 */
export function callParams(call: CallRecord, accountSid: string, status: string): Record<string, string> {
  const { to, from } = call.request;
  const toCountry = countryOf(to);
  const fromCountry = countryOf(from);
  const params: Record<string, string> = {
    CallSid: call.sid,
    AccountSid: accountSid,
    From: from,
    To: to,
    CallStatus: status,
    Direction: 'outbound-api',
    ApiVersion: API_VERSION,
    Called: to,
    CalledCity: '',
    CalledState: '',
    CalledZip: '',
    CalledCountry: toCountry,
    ToCity: '',
    ToState: '',
    ToZip: '',
    ToCountry: toCountry,
    Caller: from,
    CallerCity: '',
    CallerState: '',
    CallerZip: '',
    CallerCountry: fromCountry,
    FromCity: '',
    FromState: '',
    FromZip: '',
    FromCountry: fromCountry,
  };
  return call.answeredBy ? Object.assign(params, { AnsweredBy: call.answeredBy }) : params;
}

/** A progress event (https://www.twilio.com/docs/voice/api/call-resource#statuscallback). */
export function progressParams(call: CallRecord, accountSid: string, sequence: number): FormParams {
  return Object.assign(
    callParams(call, accountSid, call.status),
    {
      Timestamp: rfc2822(call.events.at(-1)?.at ?? call.placedAt),
      SequenceNumber: String(sequence),
      CallbackSource: 'call-progress-events',
    },
    call.endedAt !== undefined && {
      CallDuration: String(call.durationS ?? 0),
      // Minutes begun, unlike CallDuration.
      Duration: String(Math.ceil((call.durationS ?? 0) / 60)),
    },
    call.sipCode !== undefined && { SipResponseCode: String(call.sipCode) },
  );
}
