import { completeOdds, type MsRange, type Odds } from '../../simulator/index.js';
import type { RunResult } from '../virtual/result.js';
import type { Scenario } from '../virtual/scenario.js';
import { condensed } from './condense.js';
import { playInSlices, type Played } from './play.js';

/** How calls are expected to go. */
export interface Assumptions {
  odds: Odds;
  averageTalkMs: number;
}

/** What one run says of the whole campaign. */
export interface Course {
  finishAt: Date;
  calls: number;
  cost: number;
  /** `cut`: it takes too long to be played to its end; the figures are of what was played. */
  end: RunResult['end'] | { status: 'cut'; reason: 'TAKES_TOO_LONG' };
  /** Leads that nobody will have called to an end. */
  leftOver: number;
}

export interface Forecast {
  low: Course;
  expected: Course;
  high: Course;
}

/** By so much a good and a bad course differ from the expected one: how many are reached, and how long they talk. */
const SPREAD = 0.2;
/** The edges of the range may be rougher than its middle: of many leads they play every third that it plays. */
const THINNER = 3;

/** What takes too long is played once more with every 25th lead, if that leaves enough of them. */
const THINNEST = 25;
const LEAST_LEADS = 1000;
/** Milliseconds of the processor for one course; 4,000 leads called twice take 200. */
const BUDGET_MS = 800;
/** For the last try, which is all that is told: one with some 6,000 calls takes 500. */
const LAST_BUDGET_MS = 2 * BUDGET_MS;

/**
 * Plays the campaign in small three times: as expected, with fewer people missed and shorter talks, and the other way round. Where the
 * expected course takes too long, it is all there is.
 */
export async function forecast(scenario: Scenario, factor: number, expected: Assumptions): Promise<Forecast> {
  const play = (by: number, every: number, budgetMs = BUDGET_MS): Promise<Course> =>
    playThinned(scenario, factor, every, varied(expected, by), budgetMs);
  let every = 1;
  let middle = await play(1, every);
  if (isCut(middle) && scenario.leads.length >= LEAST_LEADS) {
    every = THINNEST;
    middle = await play(1, every, LAST_BUDGET_MS);
  }
  if (isCut(middle)) return { low: middle, expected: middle, high: middle };
  const thinner = factor > 1 && every === 1 ? THINNER : every;
  const edges = [await play(1 - SPREAD, thinner), await play(1 + SPREAD, thinner)];
  const courses = [middle, ...edges.filter((course) => !isCut(course))];
  const byFinish = courses.toSorted((a, b) => a.finishAt.getTime() - b.finishAt.getTime());
  return {
    expected: middle,
    low: lowest(courses, byFinish[0] ?? middle, Math.min),
    high: lowest(courses, byFinish.at(-1) ?? middle, Math.max),
  };
}

function isCut({ end }: Course): boolean {
  return end.status === 'cut';
}

async function playThinned(
  scenario: Scenario,
  factor: number,
  every: number,
  assumptions: Assumptions,
  budgetMs: number,
): Promise<Course> {
  const leads = scenario.leads.filter((_, i) => i % every === 0);
  const each = (factor * scenario.leads.length) / Math.max(1, leads.length);
  const small = condensed({ ...scenario, leads }, each);
  return courseOf(await playInSlices(withAssumptions(small, assumptions), budgetMs), each);
}

/** Each number from the course where it is least, or most. */
function lowest(courses: Course[], finish: Course, pick: (...values: number[]) => number): Course {
  return {
    ...finish,
    calls: pick(...courses.map(({ calls }) => calls)),
    cost: pick(...courses.map(({ cost }) => cost)),
  };
}

function withAssumptions(scenario: Scenario, { odds, averageTalkMs }: Assumptions): Scenario {
  const talkMs: MsRange = [averageTalkMs / 2, averageTalkMs * 1.5];
  return { ...scenario, carrier: { ...scenario.carrier, odds, talkMs } };
}

function varied({ odds, averageTalkMs }: Assumptions, by: number): Assumptions {
  const missed = 1 - odds.answered;
  const missedThen = Math.min(1, missed * by);
  const share = missed === 0 ? 0 : missedThen / missed;
  const machine = odds.machine * share;
  const others = {
    busy: odds.busy * share,
    'no-answer': odds['no-answer'] * share,
    failed: odds.failed * share,
  };
  return {
    odds: completeOdds({ answered: 1 - missedThen, machine, ...others }),
    averageTalkMs: averageTalkMs * by,
  };
}

function courseOf({ result, isCut: wasCut }: Played, factor: number): Course {
  const { finishedAt, calls, spend, end, leads } = result;
  const leftOver = Object.values(leads.pending).reduce((sum, count) => sum + (count ?? 0), 0);
  return {
    finishAt: new Date(finishedAt),
    calls: Math.round(calls.placed * factor),
    cost: Math.round(spend * factor * 100) / 100,
    end: wasCut ? { status: 'cut', reason: 'TAKES_TOO_LONG' } : end,
    leftOver: Math.round(leftOver * factor),
  };
}
