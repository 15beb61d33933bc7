import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** `ck_live_` and 48 bits that are public, then 256 that are not. */
const KEY = /^(ck_live_[0-9a-f]{12})_[\w-]{43}$/;
const PREFIX_BYTES = 6;
const SECRET_BYTES = 32;
/** Compared with where no key has the prefix, so that this takes no less time. */
const NOTHING = Buffer.alloc(32);

export interface NewKey {
  /** The key: shown once, and kept nowhere. */
  text: string;
  prefix: string;
  hash: Buffer;
}

export function newKey(): NewKey {
  const prefix = `ck_live_${randomBytes(PREFIX_BYTES).toString('hex')}`;
  const text = `${prefix}_${randomBytes(SECRET_BYTES).toString('base64url')}`;
  return { text, prefix, hash: sha256(text) };
}

/** The public beginning of a key; undefined for what cannot be one. */
export function prefixOf(text: string): string | undefined {
  return KEY.exec(text)?.[1];
}

/** Whether a key is the one with this hash, in the same time whatever is wrong with it. */
export function isKeyOf(text: string, hash: Buffer | undefined): boolean {
  return timingSafeEqual(sha256(text), hash ?? NOTHING) && hash !== undefined;
}

export function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
