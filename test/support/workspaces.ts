import {
  Injectable,
  Module,
  type CallHandler,
  type DynamicModule,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import type { Request } from 'express';
import type { Observable } from 'rxjs';
import { currentScope } from '../../src/common/index.js';
import { DEFAULT_WORKSPACE_ID } from '../../src/database/index.js';

/** Names the workspace that a request of a test acts for; none: the default one. */
export const WORKSPACE_HEADER = 'X-Test-Workspace';

/** After every guard, so that what a guard says of the workspace is overruled by the test. */
@Injectable()
class WorkspaceByHeader implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const scope = currentScope();
    if (!scope) throw new Error('A request has lost its scope');
    const request = context.switchToHttp().getRequest<Request>();
    scope.workspaceId = request.get(WORKSPACE_HEADER) ?? DEFAULT_WORKSPACE_ID;
    return next.handle();
  }
}

@Module({ providers: [{ provide: APP_INTERCEPTOR, useClass: WorkspaceByHeader }] })
class WorkspacesByHeader {}

/** Root of an app whose requests say by a header which workspace they act for. */
export function workspacesByHeader(app: DynamicModule): DynamicModule {
  return { module: WorkspacesByHeader, imports: [app] };
}
