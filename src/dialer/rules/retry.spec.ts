import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CallOutcome } from '../../calls/index.js';
import type { RetryRule } from '../../campaigns/index.js';
import { retryDelayOf } from './retry.js';

const SIMPLE = { retryFailed: false, retryAttempts: 1, retryDelay: 60_000 };
const OUTCOMES = ['busy', 'no_answer', 'failed', 'voicemail', 'canceled'] as const;

/** Plays a lead's calls to their end. @returns the delay before each further call; after the last, nothing */
function play(retryRules: RetryRule[] | null, outcomes: CallOutcome[], simple = SIMPLE): number[] {
  const delays: number[] = [];
  for (const [i, outcome] of outcomes.entries()) {
    const sameOutcome = outcomes.slice(0, i + 1).filter((each) => each === outcome).length;
    const delay = retryDelayOf(outcome, { ...simple, retryRules, attempts: i + 1, sameOutcome });
    if (delay === null) break;
    delays.push(delay);
  }
  return delays;
}

const BUSY_3: RetryRule = { on: 'busy', attempts: 3, delays: [1, 2] };
const NO_ANSWER_1: RetryRule = { on: 'no_answer', attempts: 1, delays: [10] };
const VOICEMAIL_2: RetryRule = { on: 'voicemail', attempts: 2, delays: [100, 200] };
const TWO = [BUSY_3, NO_ANSWER_1];
const [B, N, F, V, A] = ['busy', 'no_answer', 'failed', 'voicemail', 'answered'] as const;

describe('retryDelayOf', () => {
  it.each<[string, RetryRule[], CallOutcome[], number[]]>([
    ['the last delay holds for the rest', [BUSY_3], [B, B, B, B, B], [1, 2, 2]],
    ['what no rule names is not retried', [BUSY_3], [N, B], []],
    ['nor is it later', [BUSY_3], [B, F, B], [1]],
    ['an answer is never retried', TWO, [B, A, B], [1]],
    ['each rule counts its own outcome', TWO, [N, N, N], [10]],
    ['delays follow their own outcome, not the attempt', TWO, [B, N, B, B], [1, 10, 2]],
    ['all together stay within the largest attempts', TWO, [N, B, B, B, B], [10, 1, 2]],
    ['whatever the order of the calls', TWO, [B, B, N, B, B], [1, 2, 10]],
    ['a used up rule ends the lead', TWO, [N, B, N, B], [10, 1]],
    ['a voicemail is retried where a rule names it', [VOICEMAIL_2, NO_ANSWER_1], [V, N, V], [100, 10]],
    ['a voicemail is an answer where none does', TWO, [V, B], []],
    ['no wait is a wait', [{ on: 'failed', attempts: 2, delays: [0] }], [F, F, F], [0, 0]],
  ])('should hold: %s', (_, rules, outcomes, delays) => {
    expect(play(rules, outcomes)).toEqual(delays);
    expect(play(rules.toReversed(), outcomes)).toEqual(delays);
  });

  it('should do what docs/retries.md says', () => {
    const [min5, h1, h4, h24] = [300_000, 3_600_000, 14_400_000, 86_400_000];
    const rules: RetryRule[] = [
      { on: 'busy', attempts: 3, delays: [min5, h1] },
      { on: 'no_answer', attempts: 2, delays: [h4] },
      { on: 'voicemail', attempts: 1, delays: [h24] },
    ];
    expect(play(rules, [B, B, B, B])).toEqual([min5, h1, h1]);
    expect(play(rules, [N, N, N])).toEqual([h4, h4]);
    expect(play(rules, [N, B, B, B])).toEqual([h4, min5, h1]);
    expect(play(rules, [B, V, B, A])).toEqual([min5, h24, h1]);
    expect(play(rules, [V, V])).toEqual([h24]);
    expect(play(rules, [F])).toEqual([]);
  });

  it.each<[boolean, number, CallOutcome[], number[]]>([
    [true, 2, [B, N, F, B], [7, 7]],
    [true, 2, [B, V, B], [7]],
    [true, 0, [B, B], []],
    [false, 2, [B, B], []],
  ])(
    'should keep the simple form without rules: %s, %i attempts',
    (retryFailed, retryAttempts, outcomes, delays) => {
      expect(play(null, outcomes, { retryFailed, retryAttempts, retryDelay: 7 })).toEqual(delays);
    },
  );

  it('should not look at the simple form where there are rules', () => {
    const simple = { retryFailed: true, retryAttempts: 50, retryDelay: 9 };
    expect(play([NO_ANSWER_1], [B, B], simple)).toEqual([]);
    expect(play([NO_ANSWER_1], [N, N], simple)).toEqual([10]);
  });
});

const anyRules = fc.uniqueArray(
  fc
    .record({ on: fc.constantFrom(...OUTCOMES), attempts: fc.integer({ min: 1, max: 6 }) })
    .chain(({ on, attempts }) =>
      fc
        .array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 1, maxLength: attempts })
        .map((delays): RetryRule => ({ on, attempts, delays })),
    ),
  { minLength: 1, selector: (rule) => rule.on },
);
const anyOutcomes = fc.array(fc.constantFrom<CallOutcome>(...OUTCOMES, 'answered'), { maxLength: 20 });

describe('any rules', () => {
  it('should never call a lead again more often than the largest of them, nor after an outcome more often than its own', () => {
    fc.assert(
      fc.property(anyRules, anyOutcomes, (rules, outcomes) => {
        const retries = play(rules, outcomes).length;
        expect(retries).toBeLessThanOrEqual(Math.max(...rules.map((rule) => rule.attempts)));
        for (const outcome of new Set(outcomes)) {
          const after = outcomes.slice(0, retries).filter((each) => each === outcome).length;
          expect(after).toBeLessThanOrEqual(rules.find(({ on }) => on === outcome)?.attempts ?? 0);
        }
      }),
    );
  });

  it('should give a lead that always ends alike exactly what its rule says, whatever the others', () => {
    fc.assert(
      fc.property(anyRules, fc.nat(), (rules, nth) => {
        const { on, attempts, delays } = rules[nth % rules.length]!;
        const expected = Array.from({ length: attempts }, (_, i) => delays[Math.min(i, delays.length - 1)]);
        expect(play(rules, Array<CallOutcome>(20).fill(on))).toEqual(expected);
      }),
    );
  });

  it('should never call a lead more often for one more rule than that rule or the others alone allow', () => {
    fc.assert(
      fc.property(anyRules, anyOutcomes, (rules, outcomes) => {
        const [added, ...others] = rules;
        const most = Math.max(added!.attempts, ...others.map((rule) => rule.attempts));
        const without = others.length > 0 ? play(others, outcomes) : [];
        const withIt = play(rules, outcomes);
        expect(withIt.slice(0, without.length)).toEqual(without);
        expect(withIt.length).toBeLessThanOrEqual(most);
      }),
    );
  });
});
