import type { ExecutionContext } from '@nestjs/common';
import type { ThrottlerModuleOptions, ThrottlerStorage } from '@nestjs/throttler';
import type { Request } from 'express';
import { BUDGET, type Budget } from '../common/http/index.js';
import type { AppConfig } from '../config/index.js';
import type { HitCounter } from '../queue/index.js';

const MINUTE = 60_000;
/** Health must answer while somebody storms the API. (The carrier's requests never come here.) */
const EXEMPT = /^\/(health|api\/v1\/health)$/;

/** Requests that a budget allows whoever asks in a minute. */
const LIMITS: Record<Budget | 'all', (config: AppConfig) => number> = {
  all: (config) => config.RATE_LIMIT_PER_MINUTE,
  login: (config) => config.RATE_LIMIT_LOGIN_PER_MINUTE,
  start: (config) => config.RATE_LIMIT_START_PER_MINUTE,
  upload: (config) => config.RATE_LIMIT_UPLOAD_PER_MINUTE,
};

/** Budgets a minute for each key, user or address: one over all routes, and those of `LimitedAs`, each apart. */
export function rateLimit(config: AppConfig, counter: HitCounter): ThrottlerModuleOptions {
  return {
    throttlers: [{ ttl: MINUTE, limit: (context) => LIMITS[budgetOf(context)](config) }],
    skipIf: (context) => config.RATE_LIMIT_PER_MINUTE === 0 || EXEMPT.test(requestOf(context).path),
    generateKey: (context, tracker) => `${budgetOf(context)}:${tracker}`,
    storage: storageIn(counter),
  };
}

/** @throws nothing: while nobody can count, everybody is let in */
function storageIn(counter: HitCounter): ThrottlerStorage {
  return {
    increment: async (key, ttl, limit) => {
      const { count, leftMs } = (await counter.count(key, ttl)) ?? { count: 1, leftMs: ttl };
      const leftS = Math.max(1, Math.ceil(leftMs / 1000));
      const isBlocked = count > limit;
      return { totalHits: count, timeToExpire: leftS, isBlocked, timeToBlockExpire: isBlocked ? leftS : 0 };
    },
  };
}

function budgetOf(context: ExecutionContext): Budget | 'all' {
  const budget: unknown = Reflect.getMetadata(BUDGET, context.getHandler());
  return (budget as Budget | undefined) ?? 'all';
}

function requestOf(context: ExecutionContext): Request {
  return context.switchToHttp().getRequest<Request>();
}
