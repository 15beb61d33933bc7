import type { ExecutionContext } from '@nestjs/common';
import type { ThrottlerModuleOptions } from '@nestjs/throttler';
import type { Request } from 'express';
import type { AppConfig } from '../config/index.js';

const MINUTE = 60_000;
/** Health must answer while somebody storms the API. (The carrier's requests never come here.) */
const EXEMPT = /^\/(health|api\/v1\/health)$/;

/** One budget a minute for each address, over all routes together. */
export function rateLimit(config: AppConfig): ThrottlerModuleOptions {
  return {
    throttlers: [{ ttl: MINUTE, limit: Math.max(config.RATE_LIMIT_PER_MINUTE, 1) }],
    skipIf: (context) => config.RATE_LIMIT_PER_MINUTE === 0 || EXEMPT.test(requestOf(context).path),
    generateKey: (_context, address) => address,
  };
}

function requestOf(context: ExecutionContext): Request {
  return context.switchToHttp().getRequest<Request>();
}
