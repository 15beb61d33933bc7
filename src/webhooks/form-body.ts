import type { IncomingMessage } from 'node:http';
import { DomainError } from '../common/index.js';

/** Twilio's forms have some 30 short fields. Bytes. */
const LONGEST = 64 * 1024;

/**
 * A form as it was sent, since the signature is over all of it; whatever else is sent is no form that is signed.
 * @throws DomainError `BODY_TOO_LARGE`; an error of the connection where the client goes away
 */
export async function readForm(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LONGEST) throw new DomainError('too_large', 'BODY_TOO_LARGE', 'The body is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
