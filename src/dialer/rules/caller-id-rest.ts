/** A number's latest ended calls. */
export interface AnswerSample {
  /** E.164. */
  number: string;
  /** Calls that the carrier had and that were not canceled. */
  ended: number;
  /** Of those: answered, by a person as far as the carrier can tell. */
  answered: number;
}

/** Why a number is put to rest. */
export interface LowAnswerRate {
  number: string;
  ended: number;
  answered: number;
  /** Answer rate of the other numbers together, 0 to 1. */
  othersRate: number;
}

/** Of a number that carriers or phones mark as spam far fewer calls are answered than of its neighbours. */
export const REST_RULE = {
  /** A number is judged by so many of its latest calls … */
  latestCalls: 50,
  /** … that ended within so long; milliseconds. */
  withinMs: 24 * 60 * 60 * 1000,
  /** With fewer calls nothing is said, of the number or by the others. */
  leastCalls: 20,
  /** It rests below this share of the others' rate … */
  shareOfOthers: 0.5,
  /** … if chance does not do that: so many standard deviations, one-sided, 1 in 1000. */
  deviations: 3.09,
  /** Milliseconds. */
  restMs: 24 * 60 * 60 * 1000,
} as const;

/**
 * The numbers whose answer rate broke. Never all of them: the best one is not below half of the others.
 * @param samples of the numbers in use; of those that rest already nothing is asked or heard
 */
export function brokenAnswerRates(samples: readonly AnswerSample[], rule = REST_RULE): LowAnswerRate[] {
  const all = sumOf(samples);
  return samples.flatMap(({ number, ended, answered }) => {
    const others = { ended: all.ended - ended, answered: all.answered - answered };
    if (ended < rule.leastCalls || others.ended < rule.leastCalls) return [];
    const othersRate = others.answered / others.ended;
    const isLow = answered / ended < rule.shareOfOthers * othersRate;
    const isCertain = highestRate(answered, ended, rule.deviations) < othersRate;
    return isLow && isCertain ? [{ number, ended, answered, othersRate }] : [];
  });
}

function sumOf(samples: readonly AnswerSample[]): { ended: number; answered: number } {
  return samples.reduce(
    (sum, each) => ({ ended: sum.ended + each.ended, answered: sum.answered + each.answered }),
    { ended: 0, answered: 0 },
  );
}

/**
 * The upper end of Wilson's score interval: the highest true rate that `answered` of `ended` still speak for
 * (E. B. Wilson, 1927; good for small samples too).
 */
function highestRate(answered: number, ended: number, z: number): number {
  const rate = answered / ended;
  const square = z ** 2 / ended;
  const margin = z * Math.sqrt((rate * (1 - rate)) / ended + square / (4 * ended));
  return (rate + square / 2 + margin) / (1 + square);
}
