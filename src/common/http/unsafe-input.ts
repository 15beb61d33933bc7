import { type DomainError, invalidInput } from '../errors.js';

/** Deeper than any real metadata, and far from where recursive code runs out of stack. */
const MAX_DEPTH = 50;

interface Place {
  value: unknown;
  path: string;
  depth: number;
}

/** Half a surrogate pair is no character: UTF-8 cannot say it, so it would be stored as another one, or not at all. */
const HALF_A_PAIR = /\p{Surrogate}/u;

/**
 * Refuses what no field of ours may hold, however deep: NUL characters (Postgres text has none), half surrogate
 * pairs, keys that reach an object's prototype, and nesting beyond 50 levels. Walks without recursion.
 * @throws DomainError `VALIDATION_FAILED`
 */
export function refuseUnsafe(input: unknown): void {
  const open: Place[] = [{ value: input, path: '', depth: 0 }];
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    const { value, path, depth } = place;
    if (typeof value === 'string') refuseUnstorable(value, path);
    if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) continue;
    if (depth >= MAX_DEPTH) throw refusal(path, 'is nested too deeply');
    for (const [key, inner] of Object.entries(value)) {
      const at = path === '' ? key : `${path}.${key}`;
      refuseKey(key, at);
      open.push({ value: inner, path: at, depth: depth + 1 });
    }
  }
}

/** Nest deletes the latter two wherever it finds them, without a word: better refused than lost. */
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

function refuseKey(key: string, path: string): void {
  if (FORBIDDEN_KEYS.has(key)) throw refusal(path, 'is not an allowed key');
  refuseUnstorable(key, path);
}

function refuseUnstorable(text: string, path: string): void {
  if (text.includes('\0')) throw refusal(path, 'must not contain a NUL character');
  if (HALF_A_PAIR.test(text)) throw refusal(path, 'must not contain half a surrogate pair');
}

function refusal(path: string, complaint: string): DomainError {
  const field = path.replaceAll('\0', '\\0').slice(0, 200);
  return invalidInput([{ field, message: `${field || 'The value'} ${complaint}` }]);
}
