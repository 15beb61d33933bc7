import { setImmediate as breathe } from 'node:timers/promises';
import { completeOdds, type MsRange, type Odds } from '../../simulator/index.js';
import type { RunResult } from '../virtual/result.js';
import type { Scenario } from '../virtual/scenario.js';
import { VirtualRun } from '../virtual/virtual-run.js';
import { condensed } from './condense.js';

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
  end: RunResult['end'];
  /** Leads that nobody will have called to an end. */
  leftOver: number;
}

export interface Forecast {
  low: Course;
  expected: Course;
  high: Course;
}

/** Callbacks and other requests wait so long at each of their ways to the database and back: at 8 a read took up to 80 ms. */
const SLICE_MS = 3;
/** Steps between two looks at the clock. */
const STEPS = 20;
/** By so much a good and a bad course differ from the expected one: how many are reached, and how long they talk. */
const SPREAD = 0.2;
/** The edges of the range may be rougher than its middle: of many leads they play every third that it plays. */
const THINNER = 3;

/** Plays the campaign in small three times: as expected, with fewer people missed and shorter talks, and the other way round. */
export async function forecast(scenario: Scenario, factor: number, expected: Assumptions): Promise<Forecast> {
  const thinner = factor > 1 ? THINNER : 1;
  const courses: Course[] = [];
  for (const [by, every] of [
    [1, 1],
    [1 - SPREAD, thinner],
    [1 + SPREAD, thinner],
  ] as const) {
    const leads = scenario.leads.filter((_, i) => i % every === 0);
    const each = (factor * scenario.leads.length) / Math.max(1, leads.length);
    const small = condensed({ ...scenario, leads }, each);
    courses.push(courseOf(await playInSlices(withAssumptions(small, varied(expected, by))), each));
  }
  const [middle] = courses as [Course];
  const byFinish = courses.toSorted((a, b) => a.finishAt.getTime() - b.finishAt.getTime());
  return {
    expected: middle,
    low: lowest(courses, byFinish[0] ?? middle, Math.min),
    high: lowest(courses, byFinish.at(-1) ?? middle, Math.max),
  };
}

/** Each number from the course where it is least, or most. */
function lowest(courses: Course[], finish: Course, pick: (...values: number[]) => number): Course {
  return {
    ...finish,
    calls: pick(...courses.map(({ calls }) => calls)),
    cost: pick(...courses.map(({ cost }) => cost)),
  };
}

async function playInSlices(scenario: Scenario): Promise<RunResult> {
  const run = new VirtualRun(scenario);
  let begin = performance.now();
  for (let steps = 1; run.step(); steps += 1) {
    if (steps % STEPS !== 0 || performance.now() - begin < SLICE_MS) continue;
    await breathe();
    begin = performance.now();
  }
  return run.result();
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

function courseOf({ finishedAt, calls, spend, end, leads }: RunResult, factor: number): Course {
  const leftOver = Object.values(leads.pending).reduce((sum, count) => sum + (count ?? 0), 0);
  return {
    finishAt: new Date(finishedAt),
    calls: Math.round(calls.placed * factor),
    cost: Math.round(spend * factor * 100) / 100,
    end,
    leftOver: Math.round(leftOver * factor),
  };
}
