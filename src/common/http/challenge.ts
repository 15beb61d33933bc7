import type { Reply } from './error-reply.js';

const REALM = 'Bearer realm="campaign-calling"';
/** Refusals that say nothing about a token, because none was looked at. */
const WITHOUT_TOKEN = new Set(['UNAUTHENTICATED', 'INVALID_CREDENTIALS', 'INVALID_SETUP_TOKEN']);

/** The `WWW-Authenticate` that a 401 must carry (RFC 9110, section 11.6.1), and a 403 for want of rights may (RFC 6750). */
export function challengeOf({ status, body: { code } }: Reply): string | undefined {
  if (status === 403 && code === 'FORBIDDEN') return `${REALM}, error="insufficient_scope"`;
  if (status !== 401) return undefined;
  return WITHOUT_TOKEN.has(code) ? REALM : `${REALM}, error="invalid_token"`;
}
