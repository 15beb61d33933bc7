import type { IncomingMessage } from 'node:http';
import { DomainError, readWhole } from '../common/index.js';

/** Twilio's forms have some 30 short fields. Bytes. */
const LONGEST = 64 * 1024;

/**
 * A form as it was sent, since the signature is over all of it; whatever else is sent is no form that is signed.
 * @throws DomainError `BODY_TOO_LARGE`; an error of the connection where the client goes away
 */
export async function readForm(request: IncomingMessage): Promise<string> {
  const bytes = await readWhole(request, LONGEST);
  if (!bytes) throw new DomainError('too_large', 'BODY_TOO_LARGE', 'The body is too large');
  return bytes.toString('utf8');
}
