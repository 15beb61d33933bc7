import { Catch, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Response } from 'express';
import { replyOf } from './error-reply.js';

/** The one place where an error becomes an answer: always the envelope, never a page, a stack or inner words. */
@Catch()
export class EnvelopeExceptionFilter implements ExceptionFilter {
  private readonly logger = new Logger('Errors');

  catch(error: unknown, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<Response>();
    const reply = replyOf(error);
    if (reply.isUnexpected)
      this.logger.error(wordsOf(error), error instanceof Error ? error.stack : undefined);
    else if (reply.status === 503) this.logger.warn(`Answered 503: ${wordsOf(error)}`);
    if (response.headersSent) {
      // Half an answer is out: cutting the connection is the only honest thing left.
      response.destroy();
      return;
    }
    if (reply.retryAfter !== undefined) response.setHeader('Retry-After', String(reply.retryAfter));
    response.status(reply.status).json(reply.body);
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message || error.name : 'Something that is no Error was thrown';
}
