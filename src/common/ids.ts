import { v7, validate } from 'uuid';

/** A new id: a UUIDv7, so that ids sort by the time they were made (RFC 9562, section 5.7). */
export function newId(): string {
  return v7();
}

/** Whether a string can be an id of ours at all; one that cannot is answered 404, never sent to Postgres. */
export function isId(text: string): boolean {
  return validate(text);
}
