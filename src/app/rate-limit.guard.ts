import { Injectable } from '@nestjs/common';
import { ThrottlerGuard } from '@nestjs/throttler';
import { currentScope } from '../common/index.js';

/**
 * Counts by whoever is known to ask: a key or a user, else the address (of IPv6 its network), behind `TRUST_PROXY` hops.
 * Before `AccessGuard`, so that what that refuses is counted too: who asks a middleware has found out.
 */
@Injectable()
export class RateLimitGuard extends ThrottlerGuard {
  protected override getTracker(request: Record<string, unknown>): Promise<string> {
    const id = currentScope()?.actor?.id;
    return id ? Promise.resolve(`actor:${id}`) : super.getTracker(request);
  }
}
