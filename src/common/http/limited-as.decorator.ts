import { SetMetadata } from '@nestjs/common';

/** Requests that are counted apart from all others, with less of them allowed. */
export type Budget = 'login' | 'start' | 'upload';

export const BUDGET = 'budget';

/** The route has a budget of its own, which all routes of that name share. See docs/rate-limits.md. */
export const LimitedAs = (budget: Budget) => SetMetadata(BUDGET, budget);
