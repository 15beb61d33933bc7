import { updatedAt } from './call-record.js';
import type { CallRecord } from './call-record.js';

export const API_VERSION = '2010-04-01';

const SUBRESOURCES = {
  notifications: 'Notifications',
  recordings: 'Recordings',
  payments: 'Payments',
  events: 'Events',
  siprec: 'Siprec',
  streams: 'Streams',
  transcriptions: 'Transcriptions',
  user_defined_message_subscriptions: 'UserDefinedMessageSubscriptions',
  user_defined_messages: 'UserDefinedMessages',
};

/** A call as the REST API shows it (https://www.twilio.com/docs/voice/api/call-resource#call-properties). */
export function callResource(call: CallRecord, accountSid: string): Record<string, unknown> {
  const base = `/${API_VERSION}/Accounts/${accountSid}/Calls/${call.sid}`;
  const links = Object.entries(SUBRESOURCES).map(([key, name]) => [key, `${base}/${name}.json`]);
  const { to, from } = call.request;
  return {
    sid: call.sid,
    account_sid: accountSid,
    annotation: null,
    answered_by: call.answeredBy ?? null,
    api_version: API_VERSION,
    caller_name: null,
    date_created: rfc2822(call.placedAt),
    date_updated: rfc2822(updatedAt(call)),
    direction: 'outbound-api',
    duration: call.durationS === undefined ? null : String(call.durationS),
    // A call that was never dialled has neither start nor end, as at Twilio.
    start_time: call.dialedAt === undefined ? null : rfc2822(call.dialedAt),
    end_time: call.dialedAt === undefined || call.endedAt === undefined ? null : rfc2822(call.endedAt),
    forwarded_from: null,
    from,
    from_formatted: formatted(from),
    group_sid: null,
    parent_call_sid: null,
    phone_number_sid: null,
    price: null,
    price_unit: 'USD',
    queue_time: String(Math.round((call.dialedAt ?? call.placedAt) - call.placedAt)),
    // The API's list of statuses has no "initiated"; only callbacks do.
    status: call.status === 'initiated' ? 'queued' : call.status,
    to,
    to_formatted: formatted(to),
    trunk_sid: null,
    uri: `${base}.json`,
    subresource_uris: Object.fromEntries(links),
  };
}

let lastSecond = NaN;
let lastText = '';

/** An epoch time as `Sun, 22 Nov 2026 19:41:25 +0000`; written once a second, for there are hundreds in one. */
export function rfc2822(epochMs: number): string {
  const second = Math.floor(epochMs / 1000);
  if (second !== lastSecond) {
    lastSecond = second;
    lastText = new Date(epochMs).toUTCString().replace('GMT', '+0000');
  }
  return lastText;
}

const formatted = (number: string): string =>
  number.replace(/^\+1(\d{3})(\d{3})(\d{4})$/, (_, area, exchange, line) => `(${area}) ${exchange}-${line}`);
