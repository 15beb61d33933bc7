import { DomainError } from '../../common/index.js';

/** No credentials were sent (401). */
export function unauthenticated(): DomainError {
  return new DomainError(
    'unauthorized',
    'UNAUTHENTICATED',
    'Not authenticated',
    'Send an API key or an access token as Authorization: Bearer, or an API key as X-API-Key',
  );
}

/** Forged, garbled, revoked, or of somebody who is no more (401): which of these is nobody's business. */
export function invalidToken(): DomainError {
  return new DomainError('unauthorized', 'INVALID_TOKEN', 'The token is not valid', 'Log in again');
}

/** Was right, and is over (401). */
export function tokenExpired(details = 'Get a new one with the refresh token'): DomainError {
  return new DomainError('unauthorized', 'TOKEN_EXPIRED', 'The token has expired', details);
}

/** Unknown, wrong or revoked (401). */
export function invalidKey(): DomainError {
  return new DomainError('unauthorized', 'INVALID_API_KEY', 'The API key is not valid');
}

/** Who asks is known, and may not (403). */
export function forbidden(details: string): DomainError {
  return new DomainError('forbidden', 'FORBIDDEN', 'Not allowed', details);
}
