import type { NextFunction, Request, Response } from 'express';
import { DomainError } from '../common/index.js';
import type { AppConfig } from '../config/index.js';

/** A name or an address, and perhaps a port; an address of IPv6 in brackets. Nothing that a URL could be read into. */
const HOST = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i;
/** 127.0.0.0/8 (RFC 1122), ::1, and `localhost` with what is below it (RFC 6761); as `URL` writes them. */
const LOOPBACK = /^(?:127(?:\.\d{1,3}){3}|\[::1\]|(?:[\w-]+\.)*localhost\.?)$/;

/**
 * In open mode: refuses requests that were meant for another host. A page of anybody's may have its name resolved to 127.0.0.1
 * (DNS rebinding), and is then of the same origin for the browser, so CORS says nothing; but its name stays in `Host`.
 */
export function refuseForeignHosts({ AUTH_MODE, PUBLIC_URL }: AppConfig) {
  const own = PUBLIC_URL === undefined ? undefined : new URL(PUBLIC_URL).hostname;
  return (request: Request, _response: Response, next: NextFunction): void => {
    if (AUTH_MODE !== 'open' || isOwn(request.headers.host, own)) next();
    else next(misdirected());
  };
}

/** Whether a `Host` is this machine, or `own`. Ports do not matter. */
export function isOwn(host: string | undefined, own?: string): boolean {
  if (host === undefined || !HOST.test(host) || !URL.canParse(`http://${host}`)) return false;
  const { hostname } = new URL(`http://${host}`);
  return hostname === own || LOOPBACK.test(hostname);
}

function misdirected(): DomainError {
  return new DomainError(
    'misdirected',
    'HOST_NOT_ALLOWED',
    'In open mode only this machine is served',
    'Ask localhost or 127.0.0.1, or set AUTH_MODE=required',
  );
}
