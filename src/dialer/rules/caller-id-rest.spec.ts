import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { brokenAnswerRates, REST_RULE, type AnswerSample } from './caller-id-rest.js';

function broken(...samples: [answered: number, ended: number][]): string[] {
  const named = samples.map(([answered, ended], i) => ({ number: `+1202555010${i}`, answered, ended }));
  return brokenAnswerRates(named).map(({ number }) => number);
}

const FIRST = '+12025550100';

describe('brokenAnswerRates', () => {
  it.each<[string, [number, number][], string[]]>([
    [
      'nobody answers one of two numbers',
      [
        [0, 20],
        [10, 20],
      ],
      [FIRST],
    ],
    ['a number alone', [[0, 50]], []],
    [
      '19 calls, which are too few',
      [
        [0, 19],
        [25, 50],
      ],
      [],
    ],
    [
      'others with 19 calls',
      [
        [0, 50],
        [19, 19],
      ],
      [],
    ],
    [
      'others that nobody answers either',
      [
        [0, 50],
        [0, 50],
      ],
      [],
    ],
    [
      'exactly half of the others',
      [
        [10, 50],
        [20, 50],
      ],
      [],
    ],
    [
      'below half, but chance may do that',
      [
        [7, 50],
        [15, 50],
      ],
      [],
    ],
    [
      'below half beyond chance',
      [
        [4, 50],
        [15, 50],
      ],
      [FIRST],
    ],
    [
      'two of three',
      [
        [1, 50],
        [25, 50],
        [1, 50],
      ],
      [FIRST, '+12025550102'],
    ],
  ])('should judge %s', (_what, samples, expected) => {
    expect(broken(...samples)).toEqual(expected);
  });

  it('should tell the evidence', () => {
    const samples = [
      { number: FIRST, answered: 1, ended: 40 },
      { number: '+12025550101', answered: 20, ended: 50 },
    ];
    expect(brokenAnswerRates(samples)).toEqual([{ ...samples[0], othersRate: 0.4 }]);
  });

  it('should never put all numbers to rest, nor one that is as good as the others', () => {
    const sample = fc.nat({ max: 50 }).chain((ended) => fc.tuple(fc.nat({ max: ended }), fc.constant(ended)));
    const samples = fc.array(sample, { maxLength: 6 });
    fc.assert(
      fc.property(samples, (all) => {
        const named: AnswerSample[] = all.map(([answered, ended], i) => ({
          number: String(i),
          answered,
          ended,
        }));
        const found = brokenAnswerRates(named);
        if (named.length > 0) expect(found.length).toBeLessThan(named.length);
        for (const { answered, ended, othersRate } of found) {
          expect(ended).toBeGreaterThanOrEqual(REST_RULE.leastCalls);
          expect(answered / ended).toBeLessThan(othersRate / 2);
        }
      }),
    );
  });

  it('should hardly ever rest a number by chance', () => {
    const seed = { at: 1 };
    const random = () => {
      seed.at = (seed.at * 48_271) % 2_147_483_647;
      return seed.at / 2_147_483_647;
    };
    const draw = (number: string): AnswerSample => {
      const answered = Array.from({ length: 50 }, random).filter((value) => value < 0.3).length;
      return { number, ended: 50, answered };
    };
    const days = Array.from({ length: 2000 }, () => brokenAnswerRates(['a', 'b', 'c', 'd', 'e'].map(draw)));
    expect(days.flat().length).toBeLessThan(30); // of 10,000 equal numbers: by the share alone some 100
  });
});
