import type pg from 'pg';
import type { Outcome, RunOptions, Scenario } from '../scenario.js';
import { callbackShots } from '../support/callback-shots.js';
import { Cleanup } from '../support/cleanup.js';
import { fictionalNumbers } from '../support/fictional-numbers.js';
import { startFloorServer } from '../support/floor-server.js';
import { startHouse, type House } from '../support/house.js';
import { fire, type Shot, type Volley } from '../support/load.js';
import { seedOpenCalls } from '../support/open-calls.js';
import { mapParties, processorTime, usedBetween, type ProcessorTime } from '../support/processor-time.js';
import { gapsIn, readRecords, type Records } from '../support/records.js';
import { openSql } from '../support/sql.js';
import { largest, median, percentile, rounded, spreadOf } from '../support/statistics.js';
import { until } from '../support/wait.js';

const FULL: CallbackSize = { calls: 4000, perCampaign: 200, connections: 50 };
/** The app's own default. */
const POOL_SIZE = 20;
const LEAST_RATIO = 0.5;
const RUN_TIMEOUT_MS = 240_000;
const RECORDED_WITHIN_MS = 30_000;

/** Status callbacks that one API process answers in a second, against a bare server that only writes them down. */
export const callbacks: Scenario = {
  words: `the four signed callbacks of each of ${FULL.calls} calls, over ${FULL.connections} connections: how many a second?`,
  timeoutMs: RUN_TIMEOUT_MS,
  run: runCallbacks,
};

export interface CallbackSize {
  calls: number;
  perCampaign: number;
  connections: number;
}

export interface CallbackRun extends Volley {
  perS: number;
  used: ProcessorTime;
  /** What was not answered or not recorded; a sentence each. */
  gaps: string[];
  records: Records;
}

interface Trio {
  app: CallbackRun;
  /** One INSERT a request, each commit waiting for the disk. Requests a second. */
  floorPerS: number;
  /** The same, no commit waiting. */
  quickFloorPerS: number;
}

async function runCallbacks(options: RunOptions, cleanup: Cleanup): Promise<Outcome> {
  const { profileDir, signal } = options;
  const workers = Math.max(1, options.workers);
  const house = await startHouse({ workers, settings: {}, profileDir, signal }, cleanup);
  const sql = await openSql(house.databaseUrl, cleanup);
  const trios: Trio[] = [];
  for (let run = 0; run < options.runs; run += 1) {
    const series = await seriesFor(sql, house, FULL);
    const shots = series.flatMap((campaign) => campaign.series);
    // Before and after the app, so that a noisy minute of the machine meets all three.
    const floorPerS = await floor(house, shots, true, signal);
    const app = await measureCallbacks(sql, house, series, FULL.connections, signal);
    const quickFloorPerS = await floor(house, shots, false, signal);
    trios.push({ app, floorPerS, quickFloorPerS });
  }
  return report(trios, workers);
}

/** A campaign's calls, each with its four callbacks. */
interface CampaignSeries {
  id: string;
  series: Shot[][];
}

/** Seeds the calls and signs their callbacks, so that neither is part of what is measured. */
export async function seriesFor(
  sql: pg.ClientBase,
  house: House,
  { calls, perCampaign }: CallbackSize,
): Promise<CampaignSeries[]> {
  const campaigns = await seedOpenCalls(sql, fictionalNumbers(calls), perCampaign);
  return campaigns.map(({ id, calls }) => ({ id, series: calls.map((call) => callbackShots(call, house)) }));
}

/** Fires the callbacks of all campaigns at the API, in turns, and reads what it recorded. */
export async function measureCallbacks(
  sql: pg.ClientBase,
  house: House,
  campaigns: CampaignSeries[],
  connections: number,
  signal: AbortSignal,
): Promise<CallbackRun> {
  const ids = campaigns.map(({ id }) => id);
  const series = inTurns(campaigns.map((campaign) => campaign.series));
  const before = await processorTime(house);
  const volley = await fire(series, { base: house.publicUrl, connections, signal });
  const used = usedBetween(before, await processorTime(house));
  const refusals = Object.entries(volley.refused).map(([status, times]) => `${times} answers were ${status}`);
  if (refusals.length === 0) await campaignsEnd(sql, ids, signal);
  const records = await readRecords(sql, ids);
  const gaps = [...refusals, ...gapsIn(records, series.length)];
  return { ...volley, perS: volley.answersMs.length / volley.seconds, used, gaps, records };
}

/** The last ending of a campaign completes it after it was answered. In vain: the records will tell. */
async function campaignsEnd(sql: pg.ClientBase, ids: string[], signal: AbortSignal): Promise<void> {
  const isOver = async () => (await readRecords(sql, ids)).unfinished === 0;
  const patience = { what: 'the campaigns', timeoutMs: RECORDED_WITHIN_MS, everyMs: 100, signal };
  await until(isOver, patience).catch(() => signal.throwIfAborted());
}

async function floor(house: House, series: Shot[][], durable: boolean, signal: AbortSignal): Promise<number> {
  const cleanup = new Cleanup();
  try {
    const { databaseUrl } = house;
    const base = await startFloorServer({ databaseUrl, poolSize: POOL_SIZE, durable, signal }, cleanup);
    const volley = await fire(series, { base, connections: FULL.connections, signal });
    if (Object.keys(volley.refused).length > 0)
      throw new Error(`The bare server refused: ${JSON.stringify(volley.refused)}`);
    return volley.answersMs.length / volley.seconds;
  } finally {
    await cleanup.run();
  }
}

/** The first of each list, then the second of each …: campaigns end side by side, as they would. */
function inTurns<T>(lists: T[][]): T[] {
  const longest = Math.max(...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, i) => lists.flatMap((list) => list.slice(i, i + 1))).flat();
}

function report(trios: Trio[], workers: number): Outcome {
  const of = (read: (trio: Trio) => number, digits: number) => rounded(median(trios.map(read)), digits);
  const answers = trios.flatMap(({ app }) => app.answersMs);
  const perS = trios.map(({ app }) => rounded(app.perS, 0));
  const line = {
    scenario: 'callbacks',
    processes: `api + ${workers} idle worker${workers === 1 ? '' : 's'}`,
    callbacks: FULL.calls * 4,
    connections: FULL.connections,
    poolSize: POOL_SIZE,
    callbacksPerS: of(({ app }) => app.perS, 0),
    floorPerS: of(({ floorPerS }) => floorPerS, 0),
    ratio: of(({ app, floorPerS }) => app.perS / floorPerS, 3),
    mustBe: LEAST_RATIO,
    quickFloorPerS: of(({ quickFloorPerS }) => quickFloorPerS, 0),
    quickRatio: of(({ app, quickFloorPerS }) => app.perS / quickFloorPerS, 3),
    answerP50Ms: rounded(percentile(answers, 50), 1),
    answerP99Ms: rounded(percentile(answers, 99), 1),
    answerMaxMs: rounded(largest(answers), 1),
    msPerCallback: mapParties((party) => of(({ app }) => (app.used[party] * 1000) / app.answersMs.length, 2)),
    runs: perS,
    spread: rounded(spreadOf(perS), 0),
  };
  return { line, broken: trios.flatMap(({ app }) => app.gaps) };
}
