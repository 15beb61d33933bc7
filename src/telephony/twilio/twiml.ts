import twilio from 'twilio';
import { RETRY_ALWAYS } from './connection-overrides.js';

/** Seconds for a key after the last word; who wants to press has heard which one. */
const KEY_TIMEOUT_S = 3;

/** All that XML 1.0 has no room for, however it is written (section 2.2): a name may have it, and nobody can say it. */
const NO_XML = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;

const sayable = (text: string): string => text.replace(NO_XML, '');

/** TwiML that says `text` and hangs up. */
export function sayAndHangUp(text: string): string {
  const response = new twilio.twiml.VoiceResponse();
  const words = sayable(text);
  if (words.trim() !== '') response.say(words);
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
  for (const words of texts.map(sayable)) if (words.trim() !== '') gather.say(words);
  response.hangup();
  return response.toString();
}
