import type { IncomingHttpHeaders } from 'node:http';
import { invalidToken } from './refusals.js';

/** What a request shows for itself. */
export interface Credential {
  kind: 'key' | 'token';
  text: string;
}

const BEARER = /^bearer +([\x21-\x7e]+) *$/i;
/** Longer than any token of an issuer we know, shorter than what Node takes as a header. Characters. */
const LONGEST = 8192;

/**
 * `Authorization: Bearer <key or token>`, else `X-API-Key: <key>`; undefined for none.
 * @throws DomainError `INVALID_TOKEN` for an `Authorization` of another sort
 */
export function credentialOf(headers: IncomingHttpHeaders): Credential | undefined {
  const { authorization, 'x-api-key': key } = headers;
  if (authorization !== undefined) return bearerOf(authorization);
  return key === undefined ? undefined : { kind: 'key', text: String(key) };
}

function bearerOf(header: string): Credential {
  const text = header.length > LONGEST ? undefined : BEARER.exec(header)?.[1];
  if (text === undefined) throw invalidToken();
  return { kind: text.startsWith('ck_') ? 'key' : 'token', text };
}
