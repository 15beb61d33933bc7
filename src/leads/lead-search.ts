import { parsePhoneNumber } from '../compliance/index.js';

/** What somebody looks for: the beginning of a number in E.164, or of a name. */
export type LeadSearch = { number: string } | { name: string };

const LOOKS_LIKE_NUMBER = /^\+?[\s().\-/]*\d[\d\s().\-/]*$/;
/** E.164 allows 15. */
const MOST_DIGITS = 15;

/**
 * Takes what is written with digits and their punctuation alone for a number, anything else for a name. A whole
 * number may be national where the campaign has a default country; a part of one begins with its country code.
 */
export function searchOf(text: string, defaultCountry: string | null): LeadSearch {
  const written = text.trim();
  const digits = written.replace(/\D/g, '').replace(/^00/, '');
  if (!LOOKS_LIKE_NUMBER.test(written) || digits.length > MOST_DIGITS) return { name: written };
  const whole = parsePhoneNumber(written, defaultCountry);
  return { number: whole.ok ? whole.e164 : `+${digits}` };
}
