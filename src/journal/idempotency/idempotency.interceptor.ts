import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { Response } from 'express';
import { catchError, finalize, from, mergeMap, of, type Observable } from 'rxjs';
import { DomainError } from '../../common/index.js';
import { replyOf } from '../../common/http/index.js';
import { currentJournal, type Hold } from '../request-journal.js';
import { currentWorkspace } from '../workspace.js';
import { fingerprintOf, KEY_HEADER, type KeyedRequest } from './fingerprint.js';
import type { KeptAnswer } from './idempotency-keys.repository.js';
import { inFlight, invalidKey } from './idempotency.errors.js';
import { Idempotency } from './idempotency.service.js';

const REPLAYED = 'Idempotent-Replayed';
/** Seconds. */
const RETRY_AFTER = '1';
/** An opaque word of visible ASCII; a comma would be two headers that a proxy made one of. */
const SANE = /^[\x21-\x2b\x2d-\x7e]{1,255}$/;

/** Does a request with an Idempotency-Key once, and answers it again as it was. Without one it does nothing. */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(private readonly idempotency: Idempotency) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<KeyedRequest>();
    if (request.headers[KEY_HEADER] === undefined) return next.handle();
    return from(this.once(request, http.getResponse<Response>(), next)).pipe(mergeMap((answer) => answer));
  }

  private async once(
    request: KeyedRequest,
    response: Response,
    next: CallHandler,
  ): Promise<Observable<unknown>> {
    const key = String(request.headers[KEY_HEADER]);
    if (!SANE.test(key)) throw invalidKey();
    const fingerprint = await fingerprintOf(request);
    const { hold, answer } = await this.idempotency
      .claim(currentWorkspace(), key, fingerprint)
      .catch((error: unknown) => {
        if (isInFlight(error)) response.setHeader('Retry-After', RETRY_AFTER);
        throw error;
      });
    const journal = currentJournal();
    if (!hold) {
      // Asked again is not done again.
      if (journal) journal.isToldOf = true;
      response.status(answer.status).setHeader(REPLAYED, 'true');
      return of(JSON.parse(answer.body));
    }
    if (journal) journal.hold = hold;
    return this.held(hold, response, next).pipe(
      finalize(() => {
        if (journal) delete journal.hold;
      }),
    );
  }

  private held(hold: Hold, response: Response, next: CallHandler): Observable<unknown> {
    const cease = this.idempotency.keepAlive(hold);
    return next.handle().pipe(
      catchError(async (error: unknown) => {
        await this.idempotency.settle(hold, refusalOf(error));
        throw error;
      }),
      mergeMap(async (result: unknown) => {
        await this.idempotency.settle(hold, { status: response.statusCode, body: JSON.stringify(result) });
        return result;
      }),
      finalize(cease),
    );
  }
}

/** What the rules refused is an answer. Wrong input is judged anew, and so is what failed on our side. */
function refusalOf(error: unknown): KeptAnswer | null {
  if (!(error instanceof DomainError) || !['rule', 'not_found'].includes(error.kind)) return null;
  const { status, body } = replyOf(error);
  return { status, body: JSON.stringify(body) };
}

function isInFlight(error: unknown): boolean {
  return error instanceof DomainError && error.code === inFlight().code;
}
