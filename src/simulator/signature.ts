import { createHmac } from 'node:crypto';

/** Form parameters of a callback, in the order they are sent. */
export type FormParams = Readonly<Record<string, string | readonly string[]>>;

/**
 * The value of `X-Twilio-Signature`: base64(HMAC-SHA1(auth token, URL + every key and value, sorted by key)).
 * Repeated values of one key count once, sorted. The URL's `#…` part is never signed, so the caller cuts it off.
 * Source: https://www.twilio.com/docs/usage/webhooks/webhooks-security
 */
export function signRequest(authToken: string, url: string, params: FormParams = {}): string {
  let signed = url;
  for (const key of Object.keys(params).sort()) {
    for (const value of valuesOf(params[key])) signed += key + value;
  }
  return createHmac('sha1', authToken).update(signed, 'utf8').digest('base64');
}

const valuesOf = (value: string | readonly string[] = ''): string[] =>
  typeof value === 'string' ? [value] : [...new Set(value)].sort();
