import { describe, expect, it } from 'vitest';
import { Campaign } from '../../campaigns/campaign.entity.js';
import type { RetryBudget } from '../rules/retry.js';
import { endedReason } from './ended-lead.js';

const NEXT_RUN = new Date('2027-01-01T00:00:00Z');
const BUDGET: RetryBudget = {
  ...{ retryFailed: true, retryAttempts: 1, retryDelay: 0, retryRules: null },
  ...{ attempts: 2, sameOutcome: 0 },
};

function told(
  status: 'completed' | 'failed',
  reason: string | null,
  budget: RetryBudget | null = null,
  over = {},
) {
  const campaign = Object.assign(new Campaign(), { recurrence: null, nextRunAt: null, ...over });
  return endedReason({ status, reason, attempts: 2 }, campaign, budget, {});
}

describe('endedReason', () => {
  it.each<[string | null, RetryBudget | null, string]>([
    ['busy', BUDGET, 'attempts_used'],
    ['busy', { ...BUDGET, retryFailed: false }, 'not_retried'],
    // It would be retried by the rules of today.
    ['busy', { ...BUDGET, attempts: 1 }, 'ended'],
    ['busy', null, 'ended'],
    ['carrier_21211', null, 'carrier_refused'],
    ['number_not_in_service', null, 'number_not_in_service'],
    ['erased', null, 'ended'],
    [null, null, 'ended'],
  ])('should take %s, with the budget %j, for %s', (reason, budget, code) => {
    expect(told('failed', reason, budget)).toMatchObject({ code, ends: 'never', until: null });
  });

  it('should say that the rules were others then, where those of today would have it called again', () => {
    const message = (budget: RetryBudget | null) => told('failed', 'busy', budget).message;
    expect(message({ ...BUDGET, attempts: 1 })).toMatch(/rules of today/);
    expect(message(BUDGET)).toBe('The lead is failed: all attempts are used (busy)');
    expect(message(null)).toBe('The lead is failed: the lead is through (busy)');
  });

  it('should tell the run that calls a lead again, and of none that is through for good', () => {
    const recurrence = { cron: '0 0 1 1 *', timezone: 'UTC', reopen: 'failed' };
    const over = { recurrence, nextRunAt: NEXT_RUN };
    expect(told('failed', 'busy', BUDGET, over)).toMatchObject({ ends: 'at_time', until: NEXT_RUN });
    expect(told('completed', 'answered', null, over)).toMatchObject({ ends: 'never' });
    expect(told('failed', 'suppressed', null, over)).toMatchObject({ ends: 'never' });
    expect(told('failed', 'busy', BUDGET, { recurrence, nextRunAt: null })).toMatchObject({ ends: 'never' });
  });
});
