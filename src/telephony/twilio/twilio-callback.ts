import { timingSafeEqual } from 'node:crypto';
import { parse } from 'node:querystring';
import twilio from 'twilio';

export type CallbackParameters = Record<string, string | string[]>;

/** Reads a form body as it was sent: nothing trimmed, nothing dropped, repeated names kept, since all of it is signed. */
export function parseCallback(rawBody: string): CallbackParameters {
  return parse(rawBody, '&', '=', { maxKeys: 0 }) as CallbackParameters;
}

/**
 * Whether `signature` is the carrier's own over this public URL and these parameters
 * (https://www.twilio.com/docs/usage/security#validating-requests). A signature carries no time: replays verify.
 */
export function isSignedByTwilio(
  authToken: string,
  signature: string,
  url: string,
  parameters: CallbackParameters,
): boolean {
  try {
    // What the carrier signed, nearly always. The SDK tries the URL without its port first, then others: a signature each.
    const expected = Buffer.from(twilio.getExpectedTwilioSignature(authToken, url, parameters));
    const given = Buffer.from(signature);
    if (given.length === expected.length && timingSafeEqual(given, expected)) return true;
    return twilio.validateRequest(authToken, signature, url, parameters);
  } catch {
    return false; // e.g. a URL that cannot be parsed
  }
}
