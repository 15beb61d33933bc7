import { hash } from 'node:crypto';

/** What becomes of a dialled number. `machine` is answered too, but by an answering machine. */
export const OUTCOMES = ['answered', 'machine', 'busy', 'no-answer', 'failed'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** The share of calls (0 to 1) that end in each outcome; together they make 1. */
export type Odds = Record<Outcome, number>;

/** About the mix a campaign to consenting people sees: seven in ten are picked up by a person. */
export const DEFAULT_ODDS: Readonly<Odds> = {
  answered: 0.7,
  machine: 0.08,
  busy: 0.08,
  'no-answer': 0.12,
  failed: 0.02,
};

/** Which call is drawn for: the same three always draw the same, in whatever order the calls arrive. */
export interface DrawKey {
  seed: number;
  /** E.164 */
  to: string;
  /** 1 for the first call ever placed to this number, 2 for the second … */
  attempt: number;
}

/**
 * Fills in the shares that were left out: what remains of 1 is spread over them in the default proportion, so
 * `{busy: 1}` means "always busy".
 *
 * @throws RangeError if a share is not between 0 and 1, or they cannot add up to 1
 */
export function completeOdds(given: Partial<Odds>): Odds {
  const named = OUTCOMES.filter((outcome) => given[outcome] !== undefined);
  if (named.length === 0) return { ...DEFAULT_ODDS };
  const taken = named.reduce((sum, outcome) => sum + checkedShare(outcome, given[outcome]), 0);
  const open = OUTCOMES.filter((outcome) => !named.includes(outcome));
  const isWhole = Math.abs(taken - 1) < 1e-9;
  if (taken > 1 && !isWhole) throw new RangeError(`odds add up to ${taken}, more than 1`);
  if (open.length === 0 && !isWhole) throw new RangeError(`odds add up to ${taken}, not to 1`);

  const rest = isWhole ? 0 : 1 - taken;
  const weight = open.reduce((sum, outcome) => sum + DEFAULT_ODDS[outcome], 0);
  const filled = open.map((outcome): [Outcome, number] => [outcome, (rest * DEFAULT_ODDS[outcome]) / weight]);
  return { ...DEFAULT_ODDS, ...given, ...Object.fromEntries(filled) };
}

function checkedShare(outcome: Outcome, share: number | undefined): number {
  if (typeof share === 'number' && share >= 0 && share <= 1) return share;
  throw new RangeError(`odds.${outcome} must be a number from 0 to 1`);
}

/** The outcome of one call. Pure: the same key and odds always give the same outcome. */
export function drawOutcome(key: DrawKey, odds: Readonly<Odds> = DEFAULT_ODDS): Outcome {
  let left = drawUnit(key, 'outcome');
  for (const outcome of OUTCOMES) {
    left -= odds[outcome];
    if (left < 0) return outcome;
  }
  // Rounding can leave a sliver above the last share; it belongs to the commonest outcome.
  return 'answered';
}

/** Which keys one person presses: each sequence has its share (0 to 1), the rest presses none. */
export function drawKeys(key: DrawKey, shares: Readonly<Record<string, number>>): string {
  const sequences = Object.entries(shares);
  if (sequences.length === 0) return '';
  let left = drawUnit(key, 'keys');
  for (const [keys, share] of sequences) {
    left -= share;
    if (left < 0) return keys;
  }
  return '';
}

/** A duration in ms, evenly spread from `min` to `max`. `name` keeps a call's several draws apart. */
export function drawMs(key: DrawKey, name: string, [min, max]: readonly [min: number, max: number]): number {
  return min === max ? min : min + (max - min) * drawUnit(key, name);
}

/** A number in [0, 1), a function of the key and the name of the draw alone. */
function drawUnit(key: DrawKey, name: string): number {
  return unitOf(`${key.seed}|${key.to}|${key.attempt}|${name}`);
}

/** A number in [0, 1) that looks random and depends on the text alone (48 bits of its SHA-1). */
export function unitOf(text: string): number {
  return Number.parseInt(hash('sha1', text, 'hex').slice(0, 12), 16) / 2 ** 48;
}
