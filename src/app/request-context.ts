import type { NextFunction, Request, Response } from 'express';
import { newId, runInScope } from '../common/index.js';

const HEADER = 'X-Request-Id';
/** What a proxy in front may have set: short, and harmless in a header and a log line. */
const SANE = /^[\w.:-]{1,100}$/;

/** Gives each request an id (the caller's, where it is a sane one), in the answer's header and in its log lines. */
export function requestContext(request: Request, response: Response, next: NextFunction): void {
  const given = request.get(HEADER);
  const requestId = given !== undefined && SANE.test(given) ? given : newId();
  response.setHeader(HEADER, requestId);
  runInScope({ requestId, address: request.ip }, next);
}
