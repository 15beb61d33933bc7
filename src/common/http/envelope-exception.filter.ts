import { Catch, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { ServerResponse } from 'node:http';
import { challengeOf } from './challenge.js';
import { replyOf } from './error-reply.js';

const logger = new Logger('Errors');

/** The one place where an error becomes an answer: always the envelope, never a page, a stack or inner words. */
@Catch()
export class EnvelopeExceptionFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    answerError(error, host.switchToHttp().getResponse<ServerResponse>());
  }
}

/** What the filter does, for errors met before or beside Nest's routes. */
export function answerError(error: unknown, response: ServerResponse): void {
  const reply = replyOf(error);
  if (reply.isUnexpected) logger.error(wordsOf(error), error instanceof Error ? error.stack : undefined);
  else if (reply.status === 503) logger.warn(`Answered 503: ${wordsOf(error)}`);
  if (response.headersSent) {
    // Half an answer is out: cutting the connection is the only honest thing left.
    response.destroy();
    return;
  }
  if (reply.retryAfter !== undefined) response.setHeader('Retry-After', String(reply.retryAfter));
  const challenge = challengeOf(reply);
  if (challenge !== undefined) response.setHeader('WWW-Authenticate', challenge);
  const body = JSON.stringify(reply.body);
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.setHeader('Content-Length', Buffer.byteLength(body));
  response.statusCode = reply.status;
  response.end(body);
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message || error.name : 'Something that is no Error was thrown';
}
