import { AsyncLocalStorage } from 'node:async_hooks';
import type { NextFunction, Request, Response } from 'express';
import { newId } from '../common/index.js';

const HEADER = 'X-Request-Id';
/** What a proxy in front may have set: short, and harmless in a header and a log line. */
const SANE = /^[\w.:-]{1,100}$/;

const storage = new AsyncLocalStorage<string>();

/** The id of the request this code runs for; undefined outside of one. Meant for log lines only. */
export function currentRequestId(): string | undefined {
  return storage.getStore();
}

/** Gives each request an id (the caller's, where it is a sane one), in the answer's header and in its log lines. */
export function requestContext(request: Request, response: Response, next: NextFunction): void {
  const given = request.get(HEADER);
  const id = given !== undefined && SANE.test(given) ? given : newId();
  response.setHeader(HEADER, id);
  storage.run(id, next);
}
