import { parsePhoneNumber } from '../compliance/index.js';
import { readKeyOffer, type CallbackParameters, type KeyOffer } from '../telephony/index.js';

/** A key that a person pressed in a call. */
export interface PressedKey {
  callId: string;
  /** `0`–`9`, `*` or `#`. */
  digit: string;
  /** What it was offered for. */
  offer: KeyOffer;
  /** E.164, the number called, by the carrier's word; null where that is none. */
  to: string | null;
}

/**
 * Reads the action request of our own `<Gather>` (https://www.twilio.com/docs/voice/twiml/gather#action). Null when it
 * makes no sense: another URL than was given out, no single key.
 * @param url as requested; it is signed, like the parameters
 */
export function readPressedKey(
  callId: string,
  url: string,
  parameters: CallbackParameters,
): PressedKey | null {
  const { Digits: digit, To: to } = parameters;
  const offer = readKeyOffer(url);
  if (!offer || typeof digit !== 'string' || !/^[0-9*#]$/.test(digit)) return null;
  const number = typeof to === 'string' ? parsePhoneNumber(to) : null;
  return { callId, digit, offer, to: number?.ok ? number.e164 : null };
}
