import type { IncomingMessage } from 'node:http';
import express, { type NextFunction, type Request, type RequestHandler } from 'express';
import { isIdentified } from '../auth/index.js';
import { DomainError } from '../common/index.js';
import { replyOf } from '../common/http/index.js';
import { noteBody } from '../journal/index.js';

const JSON_LIMIT = '1mb';
/** 100,000 leads with a name and a little metadata each. */
const BULK_LIMIT = '32mb';

const BULK = /\/(leads|suppressions)\/bulk\/?$/;
/** What somebody who is not known yet may send. */
const FOR_STRANGERS = /^\/auth\/(setup|login|refresh|logout)\/?$/;
const UPLOAD = /\/(leads\/imports|(leads|suppressions)\/upload)\/?$/;

/** Reads the API's bodies: JSON, and nothing else but a file's multipart form, which its own route reads. */
export function apiBody(): RequestHandler {
  const parseJson = express.json({ limit: JSON_LIMIT, verify: noteBytes });
  const parseBulk = express.json({ limit: BULK_LIMIT, verify: noteBytes });
  return (request, response, next) => {
    if (!hasBody(request) || isUpload(request) || isStrangers(request)) {
      next();
      return;
    }
    if (!request.is('application/json')) {
      next(wrongType(request));
      return;
    }
    const parse = BULK.test(request.path) ? parseBulk : parseJson;
    parse(request, response, named(next));
  };
}

/** A request with an Idempotency-Key is compared byte for byte. */
function noteBytes(request: IncomingMessage, _response: unknown, bytes: Buffer): void {
  noteBody(request, bytes);
}

/** Nest takes a SyntaxError for a plain bad request; named here, a broken body keeps its own code. */
function named(next: NextFunction): NextFunction {
  return (error?: unknown) => {
    if (!(error instanceof Error)) {
      next();
      return;
    }
    const { code, error: words, details } = replyOf(error).body;
    next(code === 'BROKEN_JSON' ? new DomainError('invalid', code, words, details) : error);
  };
}

function hasBody({ headers }: Request): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** Nobody unknown has megabytes parsed: the route will refuse them without. */
function isStrangers(request: Request): boolean {
  return !isIdentified(request) && !FOR_STRANGERS.test(request.path);
}

function isUpload(request: Request): boolean {
  return request.method === 'POST' && UPLOAD.test(request.path) && Boolean(request.is('multipart/form-data'));
}

function wrongType(request: Request): DomainError {
  const wanted = UPLOAD.test(request.path) ? 'multipart/form-data' : 'application/json';
  return new DomainError(
    'wrong_type',
    'WRONG_CONTENT_TYPE',
    'Unsupported content type',
    `Send the body as ${wanted}`,
  );
}
