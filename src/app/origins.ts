import type { NextFunction, Request, Response } from 'express';
import { DomainError } from '../common/index.js';
import type { AppConfig } from '../config/index.js';

/** Pages served on this machine itself, whatever their port. */
const LOOPBACK_PAGE = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/;

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** The origins CORS lets read answers. */
export function corsOrigin(config: AppConfig): '*' | (string | RegExp)[] {
  if (config.CORS_ORIGINS.includes('*')) return '*';
  return config.CORS_ORIGINS.length > 0 ? config.CORS_ORIGINS : [LOOPBACK_PAGE];
}

/**
 * Refuses a change asked for by a page that may not. CORS alone only hides the answer: a plain form post from any page
 * the operator visits would still start a campaign.
 */
export function refuseForeignPages(config: AppConfig) {
  const allowed = corsOrigin(config);
  return (request: Request, _response: Response, next: NextFunction): void => {
    const { origin, host } = request.headers;
    const isSame = origin === undefined || hostOf(origin) === host;
    if (isSame || READS.has(request.method) || isAllowed(origin, allowed)) next();
    else
      next(
        new DomainError(
          'forbidden',
          'ORIGIN_NOT_ALLOWED',
          'This page may not use the API',
          'See CORS_ORIGINS',
        ),
      );
  };
}

function isAllowed(origin: string, allowed: '*' | (string | RegExp)[]): boolean {
  return (
    allowed === '*' ||
    allowed.some((each) => (typeof each === 'string' ? each === origin : each.test(origin)))
  );
}

/** Undefined for `null`, which browsers send for pages without an origin. */
function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
