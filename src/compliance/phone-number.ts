import {
  isSupportedCountry,
  parsePhoneNumberFromString,
  validatePhoneNumberLength,
  type CountryCode,
  type PhoneNumber,
} from 'libphonenumber-js/max';
import { fictionalCountryOf } from './fictional-numbers.js';
import { readPlainNumber } from './plain-number.js';

/** A number that can be dialled, or the sentence that says why it cannot. */
export type ParsedPhoneNumber =
  | {
      ok: true;
      /** E.164: a plus, the country's calling code, at most 15 digits. */
      e164: string;
      /** ISO 3166, e.g. `IN`; undefined for numbers of no country (+800 …). */
      country: string | undefined;
    }
  | { ok: false; reason: string };

/** Longer than any number with spaces and brackets; also bounds what the parser's patterns can be made to chew. */
const MAX_LENGTH = 40;

/** How spreadsheets write a number that is too long for its column. */
const EXPONENT = /^(\d+)(?:[.,](\d+))?e\+?(\d{1,2})$/i;

const LENGTH_REASONS: Record<string, string> = {
  TOO_SHORT: 'is too short',
  TOO_LONG: 'is too long',
  INVALID_LENGTH: 'has the wrong number of digits',
  INVALID_COUNTRY: 'has a country code that does not exist',
};

/**
 * Reads a phone number as people and spreadsheets write it.
 * @param text with spaces, brackets, dashes, a leading `00` or an apostrophe (Excel's mark of text) allowed
 * @param defaultCountry ISO 3166, lets national numbers in; without it a number starts with `+` or `00`
 */
export function parsePhoneNumber(text: string, defaultCountry?: string | null): ParsedPhoneNumber {
  const plain = readPlainNumber(text, defaultCountry);
  return plain ? { ok: true, ...plain } : parseByLibrary(text, defaultCountry);
}

/** `parsePhoneNumber` by libphonenumber alone. */
export function parseByLibrary(text: string, defaultCountry?: string | null): ParsedPhoneNumber {
  const bare = withoutExponent(unwrap(text));
  if (bare === '') return refused('Phone number is required');
  if (bare.length > MAX_LENGTH) return refused('Phone number is too long');
  if (EXPONENT.test(bare)) {
    return refused(`${bare} was shortened by a spreadsheet: format the column as text and export again`);
  }
  const country = countryOf(defaultCountry);
  const asWritten = parse(bare, country);
  if (asWritten && canExist(asWritten)) return judged(asWritten, bare);
  const found = bare.startsWith('00') ? parse(bare.replace('00', '+'), country) : asWritten;
  return found ? judged(found, bare) : refused(complaint(bare, country));
}

/** `9.19529117230E+11` lost nothing, every digit is there; `9.19529E+11` may have been any of a million numbers. */
function withoutExponent(bare: string): string {
  const [, whole = '', fraction = '', exponent = ''] = EXPONENT.exec(bare) ?? [];
  const places = Number(exponent);
  if (places === 0 || fraction.length < places || !/^0*$/.test(fraction.slice(places))) return bare;
  return whole + fraction.slice(0, places);
}

/**
 * Takes off what spreadsheets put around a number (`'+1…`, `="+1…"`, `9195….0`) and what address books put in it
 * (full-width digits, invisible direction marks).
 */
function unwrap(text: string): string {
  const trimmed = text
    .slice(0, 4 * MAX_LENGTH)
    .normalize('NFKC')
    .replace(/\p{Cf}/gu, '')
    .trim();
  const plain = trimmed
    .replace(/^="(.*)"$/s, '$1')
    .replace(/^'/, '')
    .trim();
  return /^\d{7,15}\.0$/.test(plain) ? plain.slice(0, -2) : plain;
}

function countryOf(code: string | null | undefined): CountryCode | undefined {
  return code && isSupportedCountry(code) ? code : undefined;
}

function parse(text: string, defaultCountry: CountryCode | undefined): PhoneNumber | undefined {
  return parsePhoneNumberFromString(text, { defaultCountry, extract: false });
}

function canExist(number: PhoneNumber): boolean {
  return number.isValid() || fictionalCountryOf(number.number) !== undefined;
}

function judged(number: PhoneNumber, written: string): ParsedPhoneNumber {
  if (number.ext) return refused(`${written} has an extension, which cannot be dialled`);
  if (!canExist(number)) return refused(`${written} ${problemOf(number.number)}`);
  return { ok: true, e164: number.number, country: number.country ?? fictionalCountryOf(number.number) };
}

function complaint(text: string, defaultCountry?: CountryCode): string {
  const isNational = !/^(\+|00)/.test(text);
  if (isNational && !defaultCountry && /^[\s().-]*\d[\d\s().-]*$/.test(text)) {
    return `${text} must start with + and the country code, or the campaign needs a default country`;
  }
  return `${text} ${problemOf(text.replace(/^00/, '+'), defaultCountry)}`;
}

function problemOf(text: string, defaultCountry?: CountryCode): string {
  const problem = validatePhoneNumberLength(text, { defaultCountry });
  if (problem === 'NOT_A_NUMBER') return 'is not a phone number';
  return LENGTH_REASONS[problem ?? ''] ?? 'is not a number that can exist';
}

function refused(reason: string): ParsedPhoneNumber {
  return { ok: false, reason };
}
