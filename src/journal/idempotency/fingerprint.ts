import { createHash, type Hash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

export const KEY_HEADER = 'idempotency-key';

/** A request whose multipart form has been received: what the room of uploads leaves on it. */
export interface KeyedRequest extends IncomingMessage {
  originalUrl: string;
  body?: unknown;
  received?: { read(): AsyncIterable<Uint8Array> };
}

const digests = new WeakMap<IncomingMessage, string>();

/** Called with a body as it came, unzipped, before it is parsed: costs nothing for a request without a key. */
export function noteBody(request: IncomingMessage, bytes: Uint8Array): void {
  if (request.headers[KEY_HEADER] === undefined) return;
  digests.set(request, createHash('sha256').update(bytes).digest('hex'));
}

/**
 * SHA-256 over what makes a request the same one: method, path, query, and the body byte for byte. A form has another
 * boundary each time: of one it is the file and the fields.
 */
export async function fingerprintOf(request: KeyedRequest): Promise<string> {
  const hash = createHash('sha256').update(`${request.method ?? ''} ${request.originalUrl}\n`);
  if (request.received) await addForm(hash, request.received, request.body);
  else hash.update(digests.get(request) ?? '');
  return hash.digest('hex');
}

async function addForm(
  hash: Hash,
  file: { read(): AsyncIterable<Uint8Array> },
  fields: unknown,
): Promise<void> {
  hash.update(`${JSON.stringify(fields ?? {})}\n`);
  for await (const bytes of file.read()) hash.update(bytes);
}
