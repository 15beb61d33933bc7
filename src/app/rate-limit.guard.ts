import { Injectable } from '@nestjs/common';
import { ThrottlerGuard } from '@nestjs/throttler';
import { currentScope } from '../common/index.js';

/** Counts by whoever is known to ask: a key or a user, else the address (of IPv6 its network), behind `TRUST_PROXY` hops. */
@Injectable()
export class RateLimitGuard extends ThrottlerGuard {
  protected override getTracker(request: Record<string, unknown>): Promise<string> {
    const id = currentScope()?.actor?.id;
    return id ? Promise.resolve(`actor:${id}`) : super.getTracker(request);
  }
}
