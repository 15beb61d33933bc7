import { isTimeZone } from '../compliance/index.js';

/** A lead as somebody wants it added, already checked by `LEAD_FIELDS`. */
export interface LeadFields {
  /** As written; it becomes E.164 when the lead is made. */
  phoneNumber: string;
  name?: string | null;
  priority?: number | null;
  /** IANA; empty is none. */
  timezone?: string | null;
  /** An object, or a string of JSON that is one (old clients, CSV). */
  metadata?: Record<string, unknown> | string | null;
}

export const MAX_NAME = 200;
/** Higher is called first. */
export const MAX_PRIORITY = 1_000_000;
/** Bytes of JSON. */
const MAX_METADATA = 16_384;
/** Levels, as many as a request body may have. */
const MAX_DEPTH = 50;
/** Half a surrogate pair. */
const HALF = /\p{Surrogate}/u;
const SURROGATE = /[\ud800-\udfff]/;

/** What is wrong with a value, said so that the field's name fits before it; undefined: nothing. */
type Check = (value: unknown) => string | undefined;

/** The rules of a lead's fields, in one place for the single lead, the bulk list and the CSV file. Null is "none". */
export const LEAD_FIELDS: Readonly<Record<keyof LeadFields, Check>> = {
  phoneNumber: (value) => (typeof value === 'string' ? undefined : 'must be a string'),
  name: optional((value) => {
    if (typeof value !== 'string') return 'must be a string';
    return value.length > MAX_NAME ? `must be at most ${MAX_NAME} characters` : undefined;
  }),
  priority: optional((value) =>
    typeof value === 'number' && Number.isInteger(value) && Math.abs(value) <= MAX_PRIORITY
      ? undefined
      : `must be an integer between -${MAX_PRIORITY} and ${MAX_PRIORITY}`,
  ),
  timezone: optional((value) =>
    value === '' || (typeof value === 'string' && isTimeZone(value))
      ? undefined
      : 'must be an IANA time zone such as America/New_York',
  ),
  metadata: optional((value) => {
    const object = typeof value === 'string' ? fromJson(value) : value;
    if (!isObject(object)) return 'must be a JSON object';
    if (!isStorable(object, 0)) return 'is nested too deeply or holds characters that cannot be stored';
    const bytes = Buffer.byteLength(JSON.stringify(object));
    return bytes > MAX_METADATA ? `must be at most ${MAX_METADATA} bytes of JSON` : undefined;
  }),
};

/** The metadata to store, of metadata that passed its check. */
export function metadataOf(value: LeadFields['metadata']): Record<string, unknown> {
  const object = typeof value === 'string' ? fromJson(value) : value;
  return isObject(object) ? object : {};
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function optional(check: Check): Check {
  return (value) => (value === undefined || value === null ? undefined : check(value));
}

/** Undefined for what is no JSON. */
export function fromJson(text: string): unknown {
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Postgres's jsonb holds neither NUL nor half a surrogate pair, and one such value would fail a whole statement. */
function isStorable(value: unknown, depth: number): boolean {
  if (typeof value === 'string') return !value.includes('\0') && !(SURROGATE.test(value) && HALF.test(value));
  if (typeof value !== 'object' || value === null) return true;
  if (depth >= MAX_DEPTH) return false;
  return Object.entries(value).every(
    ([key, inner]) => key !== '__proto__' && isStorable(key, depth) && isStorable(inner, depth + 1),
  );
}
