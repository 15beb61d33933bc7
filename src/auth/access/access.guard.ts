import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { accessRuleOf } from '../../common/http/index.js';
import { outcomeOf } from './authenticate.middleware.js';
import { unauthenticated } from './refusals.js';
import { refusalFor } from './rights.js';

/** Lets in who may, by the route's `@Roles`, `@Scopes` and `@Public`. */
@Injectable()
export class AccessGuard implements CanActivate {
  /** @throws DomainError `UNAUTHENTICATED`, `FORBIDDEN`, or what was wrong with the credentials */
  canActivate(context: ExecutionContext): boolean {
    if (context.getType() !== 'http') return true;
    const rule = accessRuleOf(context.getHandler(), context.getClass());
    if (rule?.isPublic) return true;
    const outcome = outcomeOf(context.switchToHttp().getRequest<object>());
    if (outcome instanceof Error) throw outcome;
    if (outcome === undefined) throw unauthenticated();
    const refusal = refusalFor(outcome, rule);
    if (refusal) throw refusal;
    return true;
  }
}
