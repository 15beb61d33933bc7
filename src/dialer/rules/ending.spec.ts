import { describe, expect, it } from 'vitest';
import { isSuccess, outcomeOf, sureVerdict, verdictOf } from './ending.js';
import type { RetryBudget } from './retry.js';

const RETRYING: RetryBudget = {
  retryFailed: true,
  retryAttempts: 2,
  retryDelay: 60_000,
  retryRules: null,
  attempts: 1,
  sameOutcome: 0,
};

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

describe('outcomeOf a failed call', () => {
  it.each([
    [486, 'busy'],
    [600, 'busy'],
    [603, 'busy'],
    [408, 'no_answer'],
    [480, 'no_answer'],
    [487, 'no_answer'],
    [403, 'failed'],
    [404, 'failed'],
    [488, 'failed'],
    [500, 'failed'],
    [503, 'failed'],
    [604, 'failed'],
    [607, 'failed'],
  ] as const)('should make of SIP %i %s', (sipCode, outcome) => {
    expect(outcomeOf('failed', null, sipCode)).toBe(outcome);
  });

  it("should take the carrier's own word before a code, where it has one", () => {
    expect(outcomeOf('completed', null, 486)).toBe('answered');
    expect(outcomeOf('no-answer', null, 486)).toBe('no_answer');
    expect(outcomeOf('canceled', null, 487)).toBe('canceled');
  });
});

describe('sureVerdict', () => {
  it('should need no budget for an answer, and one for everything else', () => {
    const all = ['answered', 'voicemail', 'busy', 'no_answer', 'failed', 'canceled'] as const;
    expect(all.filter((outcome) => sureVerdict(outcome))).toEqual(['answered']);
    expect(sureVerdict('answered')).toEqual(verdictOf('answered', RETRYING));
  });
});

describe('verdictOf', () => {
  it('should retry a voicemail only where a rule names it, and take it for a success when that is used up', () => {
    const rules = [{ on: 'voicemail' as const, attempts: 1, delays: [5000] }];
    const verdicts = [1, 2].map((n) =>
      verdictOf('voicemail', { ...RETRYING, retryRules: rules, attempts: n, sameOutcome: n }),
    );
    expect(verdicts).toEqual([
      { status: 'pending', reason: null, refund: 0, retryInMs: 5000 },
      { status: 'completed', reason: 'voicemail', refund: 0, retryInMs: 0 },
    ]);
  });

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
