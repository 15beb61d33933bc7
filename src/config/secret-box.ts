import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { AppConfig } from './app-config.js';

/** AES-256-GCM, an IV of 96 random bits, a tag of 128 (NIST SP 800-38D). */
const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;
/** Begins what is sealed: another way to do it gets another. */
const VERSION = 'v1.';

/** What a text is sealed for; for anything else it is not opened. */
export interface SealedFor {
  /** Has keys of its own, e.g. `webhook secret`. */
  purpose: string;
  /** The one thing the text belongs to, e.g. the id of its row: sealed texts cannot be exchanged. */
  about: string;
  /** Whoever opens it must know this too. It is kept nowhere. */
  word?: string;
}

/**
 * Keeps secrets that must be had again: what lies in Postgres is of no use without a key that does not. The first key of
 * `SECRETS_KEY` seals (without one: a key made of `JWT_SECRET`), any of them opens, so that keys can be changed.
 */
@Injectable()
export class SecretBox {
  private readonly roots: Uint8Array[];

  constructor({ SECRETS_KEY, JWT_SECRET }: Pick<AppConfig, 'SECRETS_KEY' | 'JWT_SECRET'>) {
    const derived = JWT_SECRET === undefined ? [] : [derive(Buffer.from(JWT_SECRET), '', 'secrets at rest')];
    this.roots = [...SECRETS_KEY.map((key) => Buffer.from(key, 'base64')), ...derived];
  }

  seal(text: string, sealedFor: SealedFor): string {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(CIPHER, keyFor(this.first(), sealedFor), iv);
    cipher.setAAD(Buffer.from(sealedFor.about));
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return VERSION + Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url');
  }

  /** Null where no key of ours fits: it was sealed with another, for something else, or changed. */
  open(sealed: string, sealedFor: SealedFor): string | null {
    if (!isSealed(sealed)) return null;
    const bytes = bytesOf(sealed);
    for (const root of this.roots) {
      const text = openWith(keyFor(root, sealedFor), bytes, sealedFor.about);
      if (text !== null) return text;
    }
    return null;
  }

  /** Whether it was sealed with the key that seals now, and for that. */
  isCurrent(sealed: string, sealedFor: SealedFor): boolean {
    return (
      isSealed(sealed) && openWith(keyFor(this.first(), sealedFor), bytesOf(sealed), sealedFor.about) !== null
    );
  }

  /** A hash by which a text is known again, and out of which without our key it cannot be guessed. Hexadecimal. */
  mark(text: string, sealedFor: SealedFor): string {
    const hash = createHmac('sha256', keyFor(this.first(), sealedFor));
    return hash.update(`${sealedFor.about}\n${text}`).digest('hex');
  }

  private first(): Uint8Array {
    const [root] = this.roots;
    if (root === undefined) throw new Error('There is no key to keep secrets with: SECRETS_KEY');
    return root;
  }
}

/** Whether a text is one of `SecretBox.seal`. */
export function isSealed(text: string): boolean {
  return text.startsWith(VERSION);
}

function bytesOf(sealed: string): Buffer {
  return Buffer.from(sealed.slice(VERSION.length), 'base64url');
}

function keyFor(root: Uint8Array, { purpose, word = '' }: SealedFor): Uint8Array {
  return derive(root, word, purpose);
}

/** HKDF (RFC 5869) with SHA-256. */
function derive(from: Uint8Array, salt: string, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', from, salt, `campaign-calling: ${purpose}`, KEY_BYTES));
}

function openWith(key: Uint8Array, bytes: Buffer, about: string): string | null {
  if (bytes.length < IV_BYTES + TAG_BYTES) return null;
  const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(about));
  decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
  try {
    return decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
  } catch {
    return null;
  }
}
