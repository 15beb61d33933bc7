import { invalidInput } from '../../common/index.js';
import { completeOdds, type Odds, type Outcome } from '../../simulator/index.js';
import type { AssumptionsResponse, PreflightDto } from './dto/preflight.dto.js';
import type { OutcomeCount } from './preflight.repository.js';

/** A conversation's length where nothing is known; milliseconds. */
const USUAL_TALK_MS = 60_000;
/** With fewer calls a share is off by ten percentage points too often. */
const LEAST_CALLS = 100;

const OUTCOMES: Readonly<Partial<Record<OutcomeCount['outcome'], Outcome>>> = {
  ...{ answered: 'answered', voicemail: 'machine', busy: 'busy', no_answer: 'no-answer', failed: 'failed' },
};

/** @throws DomainError `VALIDATION_FAILED` where the odds add up to more than 1 */
export function assumptionsOf(
  { odds, averageTalkMs }: PreflightDto,
  history: readonly OutcomeCount[],
): AssumptionsResponse & { odds: Odds } {
  const calls = history.reduce((sum, each) => sum + each.calls, 0);
  const past = calls >= LEAST_CALLS ? history : [];
  const talk = talkOf(past);
  const otherwise = past.length > 0 ? 'history' : 'default';
  return {
    odds: odds ? oddsOf(odds) : completeOdds(past.length > 0 ? sharesOf(past) : {}),
    oddsFrom: odds ? 'request' : otherwise,
    averageTalkMs: averageTalkMs ?? talk ?? USUAL_TALK_MS,
    talkFrom: averageTalkMs !== undefined ? 'request' : talk === null ? 'default' : 'history',
  };
}

function oddsOf(odds: NonNullable<PreflightDto['odds']>): Odds {
  try {
    return completeOdds(odds);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw invalidInput([{ field: 'odds', message: error.message }]);
  }
}

function sharesOf(history: readonly OutcomeCount[]): Odds {
  const shares: Odds = { answered: 0, machine: 0, busy: 0, 'no-answer': 0, failed: 0 };
  const known = history.flatMap(({ outcome, calls }) => {
    const name = OUTCOMES[outcome];
    return name ? [{ name, calls }] : [];
  });
  const total = known.reduce((sum, { calls }) => sum + calls, 0);
  for (const { name, calls } of known) shares[name] = calls / total;
  return shares;
}

function talkOf(history: readonly OutcomeCount[]): number | null {
  const talked = history.filter(({ outcome }) => outcome === 'answered' || outcome === 'voicemail');
  const calls = talked.reduce((sum, each) => sum + each.calls, 0);
  return calls === 0 ? null : Math.round(talked.reduce((sum, { talkMs }) => sum + talkMs, 0) / calls);
}
