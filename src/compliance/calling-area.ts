import { parsePhoneNumber } from './phone-number.js';

/** Where a number is at home. */
export interface CallingArea {
  /** ISO 3166; null for numbers of no country, or that cannot exist. */
  country: string | null;
  /** Of a number in the North American plan (`+1` and ten digits) its first three digits; elsewhere null: they have no fixed length. */
  areaCode: string | null;
}

/** @param e164 e.g. `+12025550100` */
export function callingAreaOf(e164: string): CallingArea {
  const parsed = parsePhoneNumber(e164);
  const country = parsed.ok ? (parsed.country ?? null) : null;
  return { country, areaCode: /^\+1(\d{3})\d{7}$/.exec(e164)?.[1] ?? null };
}
