import {
  Injectable,
  SetMetadata,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Response } from 'express';
import { catchError, finalize, from, mergeMap, of, type Observable } from 'rxjs';
import { DomainError } from '../../common/index.js';
import { replyOf } from '../../common/http/index.js';
import { SecretBox } from '../../config/index.js';
import { currentJournal, type Hold } from '../request-journal.js';
import { currentWorkspace } from '../workspace.js';
import { fingerprintOf, KEY_HEADER, type KeyedRequest } from './fingerprint.js';
import type { KeptAnswer } from './idempotency-keys.repository.js';
import { answerLost, inFlight, invalidKey } from './idempotency.errors.js';
import { Idempotency } from './idempotency.service.js';
import { nameOf, PLAIN, sealedKeeping, type Keeping } from './keeping.js';

const SEALED = 'idempotent-sealed';
/** What the route is sent, or answers, holds secrets. */
export const Sealed = (): MethodDecorator => SetMetadata(SEALED, true);

const REPLAYED = 'Idempotent-Replayed';
/** Seconds. */
const RETRY_AFTER = '1';
/** An opaque word of visible ASCII; a comma would be two headers that a proxy made one of. */
const SANE = /^[\x21-\x2b\x2d-\x7e]{1,255}$/;

interface Asked {
  request: KeyedRequest;
  key: string;
  keeping: Keeping;
}

/** Does a request with an Idempotency-Key once, and answers it again as it was. Without one it does nothing. */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    private readonly idempotency: Idempotency,
    private readonly box: SecretBox,
    private readonly reflector: Reflector,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<KeyedRequest>();
    if (request.headers[KEY_HEADER] === undefined) return next.handle();
    const key = String(request.headers[KEY_HEADER]);
    const asked = { request, key, keeping: this.keepingOf(context, key) };
    return from(this.once(asked, http.getResponse<Response>(), next)).pipe(mergeMap((answer) => answer));
  }

  private keepingOf(context: ExecutionContext, key: string): Keeping {
    const isSealed = this.reflector.get<boolean | undefined>(SEALED, context.getHandler()) ?? false;
    return isSealed ? sealedKeeping(this.box, currentWorkspace(), key) : PLAIN;
  }

  private async once(
    { request, key, keeping }: Asked,
    response: Response,
    next: CallHandler,
  ): Promise<Observable<unknown>> {
    if (!SANE.test(key)) throw invalidKey();
    const fingerprint = keeping.mark(await fingerprintOf(request));
    const { hold, answer } = await this.idempotency
      .claim(currentWorkspace(), nameOf(key), fingerprint)
      .catch((error: unknown) => {
        if (isInFlight(error)) response.setHeader('Retry-After', RETRY_AFTER);
        throw error;
      });
    const journal = currentJournal();
    if (!hold) {
      // Asked again is not done again.
      if (journal) journal.isToldOf = true;
      const body = keeping.show(answer.body);
      if (body === null) throw answerLost('it can be read no more');
      response.status(answer.status).setHeader(REPLAYED, 'true');
      return of(JSON.parse(body));
    }
    if (journal) journal.hold = hold;
    return this.held(hold, keeping, response, next).pipe(
      finalize(() => {
        if (journal) delete journal.hold;
      }),
    );
  }

  private held(hold: Hold, keeping: Keeping, response: Response, next: CallHandler): Observable<unknown> {
    const cease = this.idempotency.keepAlive(hold);
    const settle = (answer: KeptAnswer | null) =>
      this.idempotency.settle(hold, answer && { ...answer, body: keeping.keep(answer.body) });
    return next.handle().pipe(
      catchError(async (error: unknown) => {
        await settle(refusalOf(error));
        throw error;
      }),
      mergeMap(async (result: unknown) => {
        await settle({ status: response.statusCode, body: JSON.stringify(result) });
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
