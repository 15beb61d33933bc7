import { signRequest } from '../../src/simulator/signature.js';
import { callbackUrls } from '../../src/telephony/index.js';
import type { House } from './house.js';
import type { Shot } from './load.js';
import type { OpenCall } from './open-calls.js';

const STATUSES = ['initiated', 'ringing', 'in-progress', 'completed'];
const TALK_S = '2';
const US = { City: '', State: '', Zip: '', Country: 'US' };

/** The four status callbacks of a call, with Twilio's parameters, signed as Twilio signs. */
export function callbackShots(call: OpenCall, { publicUrl, carrier }: House): Shot[] {
  const url = callbackUrls(publicUrl, call.id).statusCallbackUrl;
  const path = new URL(url).pathname;
  return STATUSES.map((status, sequence) => {
    const form = formOf(call, carrier.accountSid, status, sequence);
    return {
      path,
      body: new URLSearchParams(form).toString(),
      headers: {
        'Content-Type': 'application/x-www-form-urlencoded; charset=UTF-8',
        'X-Twilio-Signature': signRequest(carrier.authToken, url, form),
      },
    };
  });
}

/** https://www.twilio.com/docs/voice/api/call-resource#statuscallback */
function formOf(
  call: OpenCall,
  accountSid: string,
  status: string,
  sequence: number,
): Record<string, string> {
  return {
    CallSid: call.sid,
    AccountSid: accountSid,
    From: call.from,
    To: call.to,
    CallStatus: status,
    Direction: 'outbound-api',
    ApiVersion: '2010-04-01',
    ...partyOf('Called', call.to),
    ...partyOf('To', ''),
    ...partyOf('Caller', call.from),
    ...partyOf('From', ''),
    Timestamp: new Date().toUTCString(),
    SequenceNumber: String(sequence),
    CallbackSource: 'call-progress-events',
    ...(status === 'completed' ? { CallDuration: TALK_S, Duration: '1' } : {}),
  };
}

function partyOf(role: string, number: string): Record<string, string> {
  const places = Object.entries(US).map(([name, value]) => [role + name, value]);
  return Object.fromEntries(number === '' ? places : [[role, number], ...places]) as Record<string, string>;
}
