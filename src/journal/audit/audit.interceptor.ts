import {
  Injectable,
  Logger,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { mergeMap, type Observable } from 'rxjs';
import { currentScope } from '../../common/index.js';
import { CHANGES_NOTHING } from '../../common/http/index.js';
import { currentJournal } from '../request-journal.js';
import { Audit } from './audit.service.js';
import type { Change } from './change.js';

const CHANGING = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/**
 * The net under the services: a change that was made and that none of them wrote down is written down here, after it, by
 * the name of its route. So no route can be forgotten; only one that tells more of itself does it in its transaction.
 */
@Injectable()
export class AuditInterceptor implements NestInterceptor {
  private readonly logger = new Logger('Audit');

  constructor(
    private readonly audit: Audit,
    private readonly reflector: Reflector,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<Request>();
    const isRead =
      !CHANGING.has(request.method) || this.reflector.get<boolean>(CHANGES_NOTHING, context.getHandler());
    if (isRead) return next.handle();
    return next.handle().pipe(
      mergeMap(async (result: unknown) => {
        // Nobody known: a public route that found nothing to do (a logout with no login).
        const isKnown = currentScope()?.actor !== undefined;
        if (isKnown && currentJournal()?.isToldOf === false)
          await this.record(changeOf(context, request, result));
        return result;
      }),
    );
  }

  /** The change stands: an entry that cannot be written does not make its answer a failure. */
  private async record(change: Change): Promise<void> {
    await this.audit.record(undefined, change).catch((error: unknown) => {
      this.logger.error(`${change.action} is not in the audit log: ${String(error)}`);
    });
  }
}

/** `ApiKeysController.rotate` → `api_keys.rotate`. Bodies may hold secrets, so nothing of them is told. */
function changeOf(context: ExecutionContext, request: Request, result: unknown): Change {
  const entity = snake(context.getClass().name.replace(/Controller$/, ''));
  const ids = Object.values(request.params).filter((value) => typeof value === 'string');
  return {
    action: `${entity}.${snake(context.getHandler().name)}`,
    entity,
    entityId: idIn(result) ?? ids.at(-1) ?? null,
    details: { method: request.method, path: request.path },
  };
}

function idIn(result: unknown): string | undefined {
  if (typeof result !== 'object' || result === null || !('data' in result)) return undefined;
  const { data } = result;
  if (typeof data !== 'object' || data === null || !('id' in data)) return undefined;
  return typeof data.id === 'string' ? data.id : undefined;
}

function snake(text: string): string {
  return text.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();
}
