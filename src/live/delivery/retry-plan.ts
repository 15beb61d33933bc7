/** Attempts in all: with the waits below they take about a day (23.6 h). */
export const MOST_ATTEMPTS = 9;
/** Attempts during which an event is waited for by those behind it: about 7 minutes, and what the attempts take. */
export const ATTEMPTS_IN_LINE = 5;
/** Each wait is so many times the one before it … */
const FACTOR = 4;
/** … up to so many times the first: 16 h where that is 5 s. */
const MOST = 11_520;
/** Of a wait, up or down: many events that failed together do not come back together. */
const JITTER = 0.1;

/** What is done with an event that could not be told. */
export interface NextStep {
  status: 'pending' | 'parked' | 'dead';
  /** Milliseconds until the next attempt; null: there is none. */
  waitMs: number | null;
}

/**
 * Retries in line first, then beside it, then no more.
 * @param attempts made so far, the failed one included
 * @param wasParked it has left the line already, and never comes back to it
 * @param random 0 to 1
 */
export function nextStep(
  attempts: number,
  wasParked: boolean,
  firstWaitMs: number,
  random: number,
): NextStep {
  if (attempts >= MOST_ATTEMPTS) return { status: 'dead', waitMs: null };
  const times = Math.min(FACTOR ** (attempts - 1), MOST);
  const waitMs = Math.round(firstWaitMs * times * (1 + JITTER * (2 * random - 1)));
  return { status: wasParked || attempts >= ATTEMPTS_IN_LINE ? 'parked' : 'pending', waitMs };
}
