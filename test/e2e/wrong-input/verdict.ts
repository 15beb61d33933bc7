import type { WireAnswer } from './send.js';

/** Words that only the inside of the app knows. */
const INSIDE =
  /\n\s+at |\.(?:js|ts):\d|node_modules|QueryFailed|(?:Type|Reference|Range)Error|\bSELECT\b|INSERT INTO|UPDATE "|duplicate key|violates|constraint "|relation "|column "|invalid input syntax|invalid byte sequence|typeorm|postgres|ioredis|<html|<!doctype/i;
const CODE = /^[A-Z][A-Z0-9_]+$/;
/** A refusal is read by a person; it must not send a large input back. Characters. */
const LONGEST = 20_000;

/** What is wrong with the answer to a wrong request; undefined if it is refused as it should be. */
export function faultOf({ status, type, text }: WireAnswer): string | undefined {
  if (status < 400 || status > 499) return `status ${status}: ${text.slice(0, 300)}`;
  if (!/^application\/json\b/.test(type))
    return `content type "${type}", status ${status}: ${text.slice(0, 300)}`;
  const inside = INSIDE.exec(text)?.[0];
  if (inside !== undefined) return `tells its inside (${inside}): ${text.slice(0, 300)}`;
  if (text.length > LONGEST) return `an answer of ${text.length} characters: ${text.slice(0, 300)}`;
  return isEnvelope(JSON.parse(text)) ? undefined : `no envelope, status ${status}: ${text.slice(0, 300)}`;
}

function isEnvelope(body: unknown): boolean {
  if (typeof body !== 'object' || body === null) return false;
  const { success, error, details, code } = body as Record<string, unknown>;
  return success === false && [error, details, code].every(isFilled) && CODE.test(String(code));
}

function isFilled(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}
