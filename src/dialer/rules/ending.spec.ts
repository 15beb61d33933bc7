import { describe, expect, it } from 'vitest';
import { isSuccess, outcomeOf, verdictOf, type RetryBudget } from './ending.js';

const RETRYING: RetryBudget = { retryFailed: true, retryAttempts: 2, retryDelay: 60_000, attempts: 1 };

describe('outcomeOf', () => {
  it.each([
    ['completed', null, 'answered'],
    ['completed', 'human', 'answered'],
    ['completed', 'machine_start', 'voicemail'],
    ['completed', 'fax', 'voicemail'],
    ['completed', 'unknown', 'answered'],
    ['busy', null, 'busy'],
    ['no-answer', null, 'no_answer'],
    ['failed', null, 'failed'],
    ['canceled', null, 'canceled'],
  ] as const)('should call %s by %s %s', (status, answeredBy, outcome) => {
    expect(outcomeOf(status, answeredBy)).toBe(outcome);
  });
});

describe('verdictOf', () => {
  it('should complete a lead that was reached, whatever the retries', () => {
    expect(verdictOf('answered', RETRYING)).toMatchObject({ status: 'completed', reason: 'answered' });
    expect(verdictOf('voicemail', RETRYING)).toMatchObject({ status: 'completed', reason: 'voicemail' });
  });

  it('should make exactly retryAttempts extra attempts after the first', () => {
    const statuses = [1, 2, 3, 4].map((attempts) => verdictOf('busy', { ...RETRYING, attempts }).status);
    expect(statuses).toEqual(['pending', 'pending', 'failed', 'failed']);
    expect(verdictOf('busy', RETRYING).retryInMs).toBe(60_000);
  });

  it('should fail at once without retryFailed, with the outcome as the reason', () => {
    const verdict = verdictOf('no_answer', { ...RETRYING, retryFailed: false });
    expect(verdict).toEqual({ status: 'failed', reason: 'no_answer', refund: 0, retryInMs: 0 });
  });

  it('should count only answered and voicemail as success', () => {
    const all = ['answered', 'voicemail', 'busy', 'no_answer', 'failed', 'canceled'] as const;
    expect(all.filter(isSuccess)).toEqual(['answered', 'voicemail']);
  });
});
