import { createHash } from 'node:crypto';
import type { SecretBox } from '../../config/index.js';

/** How what is known of a key lies in Postgres until it is asked for again. */
export interface Keeping {
  /** By which the same request is known again. */
  mark(fingerprint: string): string;
  keep(answer: string): string;
  /** Null where it cannot be read any more. */
  show(kept: string): string | null;
}

/** As it is. */
export const PLAIN: Keeping = {
  mark: (fingerprint) => fingerprint,
  keep: (answer) => answer,
  show: (kept) => kept,
};

/**
 * Of requests and answers that hold secrets: to be read only with the key of the client and one of ours, of which neither lies in
 * Postgres. The fingerprint too: from a plain hash of a body a password could be guessed far faster than from the hash of the
 * password.
 */
export function sealedKeeping(box: SecretBox, workspaceId: string, key: string): Keeping {
  const sealedFor = { purpose: 'idempotent request', about: workspaceId, word: key };
  return {
    mark: (fingerprint) => box.mark(fingerprint, sealedFor),
    keep: (answer) => box.seal(answer, sealedFor),
    show: (kept) => box.open(kept, sealedFor),
  };
}

/** By which a client's key is found again: the key itself is not kept, since it opens what is sealed. */
export function nameOf(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}
