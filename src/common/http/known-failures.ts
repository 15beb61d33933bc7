import { DomainError } from '../errors.js';

/** Waiting this long usually outlasts a restart of Postgres or Redis. Seconds. */
export const RETRY_AFTER_S = 5;

const SOCKET_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'CONNECTION_BROKEN',
]);

/**
 * Postgres classes and codes (its manual, appendix A) that pass by themselves: 08 connection, 53 resources,
 * 57014 statement timeout, 57P0x shutdown, 40001 and 40P01 lost races, 55P03 lock timeout.
 */
const PASSING_SQLSTATE = /^(08...|53...|57014|57P0[0-5]|40001|40P01|55P03)$/;
/** Data that Postgres cannot hold: a NUL in text, a number out of range. */
const BAD_DATA_SQLSTATE = /^22...$/;
/** A race that a rule of the database decided: unique, foreign key, check. */
const CONFLICT_SQLSTATE = /^235(03|05|14)$/;

const AWAY_WORDS =
  /connection terminated|timeout exceeded when trying to connect|connection is closed|connection is not established|max retries per request|stream isn't writeable|cannot use a pool after|^(LOADING|READONLY|CLUSTERDOWN|MASTERDOWN) /i;

/**
 * Names failures of Postgres and Redis, whichever library wraps them; undefined for what nobody expected.
 * Reads shapes, not classes, so that this room needs neither driver.
 */
export function knownFailureOf(error: unknown): DomainError | undefined {
  const codes = codesOf(error);
  if (codes.some((code) => SOCKET_CODES.has(code) || PASSING_SQLSTATE.test(code)) || saysAway(error)) {
    return new DomainError(
      'unavailable',
      'UNAVAILABLE',
      'The service is not available at the moment',
      'Try again in a few seconds',
    );
  }
  if (codes.some((code) => BAD_DATA_SQLSTATE.test(code))) {
    return new DomainError(
      'invalid',
      'INVALID_VALUE',
      'A value cannot be stored',
      'A value is out of range or holds characters that cannot be stored',
    );
  }
  if (codes.some((code) => CONFLICT_SQLSTATE.test(code))) {
    return new DomainError(
      'rule',
      'CONFLICT',
      'The request conflicts with another one',
      'Somebody else changed the same thing at the same time',
    );
  }
  return undefined;
}

/** The codes of an error and of what it wraps (TypeORM's `driverError`, `cause`, an AggregateError's `errors`). */
function codesOf(error: unknown, depth = 0): string[] {
  if (!(error instanceof Error) || depth > 3) return [];
  const own = 'code' in error && typeof error.code === 'string' ? [error.code] : [];
  const inner: unknown[] = error instanceof AggregateError ? error.errors : [];
  const driver = 'driverError' in error ? error.driverError : undefined;
  return [...own, ...[...inner, driver, error.cause].flatMap((wrapped) => codesOf(wrapped, depth + 1))];
}

function saysAway(error: unknown): boolean {
  return (
    error instanceof Error && (AWAY_WORDS.test(error.message) || error.name === 'MaxRetriesPerRequestError')
  );
}
