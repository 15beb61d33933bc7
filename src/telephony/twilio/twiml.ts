import twilio from 'twilio';
import { RETRY_ALWAYS } from './connection-overrides.js';

/** Seconds for a key after the last word; who wants to press has heard which one. */
const KEY_TIMEOUT_S = 3;

/** TwiML that says `text` and hangs up. */
export function sayAndHangUp(text: string): string {
  const response = new twilio.twiml.VoiceResponse();
  if (text.trim() !== '') response.say(text);
  response.hangup();
  return response.toString();
}

/**
 * TwiML that says `texts`, takes one key at any time meanwhile and shortly after, and hangs up if there comes none.
 * No key "finishes": `#` is a key like any other.
 * @param keyUrl where the key is sent; its answer goes on with the call
 */
export function askForKey(texts: string[], keyUrl: string): string {
  const response = new twilio.twiml.VoiceResponse();
  const gather = response.gather({
    numDigits: 1,
    finishOnKey: '',
    timeout: KEY_TIMEOUT_S,
    method: 'POST',
    action: keyUrl + RETRY_ALWAYS,
  });
  for (const text of texts) if (text.trim() !== '') gather.say(text);
  response.hangup();
  return response.toString();
}
