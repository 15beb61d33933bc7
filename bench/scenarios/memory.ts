import type pg from 'pg';
import type { Outcome, RunOptions, Scenario } from '../scenario.js';
import { BenchCampaign } from '../support/campaign.js';
import { CarrierLedger } from '../support/carrier-ledger.js';
import { claimTimes } from '../support/claim-time.js';
import { Cleanup } from '../support/cleanup.js';
import { fictionalNumbers } from '../support/fictional-numbers.js';
import { startHouse, type House } from '../support/house.js';
import { watchMemory, type MemorySample } from '../support/memory-watch.js';
import { seedLeads } from '../support/seeded-leads.js';
import { openSql } from '../support/sql.js';
import { largest, median, rounded, slopeOf, spreadOf } from '../support/statistics.js';

const FULL: MemorySize = { leads: 1_000_000, calls: 20_000, warmCalls: 2000, slots: 50, callMs: 50 };
const FEW_LEADS = 10;
/** Numbers beyond the calls: those under way when the campaign is paused. */
const SPARE = 2000;
const MUST_BE = { redisMb: 20, startMs: 100 };
const RUN_TIMEOUT_MS = 1_200_000;

/** What a million waiting leads cost while a campaign calls: in Redis, in a worker, at the start, in each claim. */
export const memory: Scenario = {
  words: `${FULL.calls} calls of a campaign with ${FULL.leads} pending leads: memory, start and claim`,
  timeoutMs: RUN_TIMEOUT_MS,
  run: runMemory,
};

export interface MemorySize {
  leads: number;
  calls: number;
  /** After so many calls a worker is warm: from here on its memory is compared. */
  warmCalls: number;
  slots: number;
  callMs: number;
}

export interface MemoryRun {
  startMs: number;
  startFewMs: number;
  claimMs: number;
  claimFewMs: number;
  samples: MemorySample[];
}

async function runMemory(options: RunOptions, cleanup: Cleanup): Promise<Outcome> {
  const workers = Math.max(1, options.workers);
  const { profileDir, signal } = options;
  const runs: MemoryRun[] = [];
  for (let run = 0; run < options.runs; run += 1) {
    // New processes each time: a worker that is full already shows nothing.
    const own = new Cleanup();
    cleanup.add('the house', () => own.run());
    const house = await startHouse({ workers, settings: {}, profileDir, signal }, own);
    runs.push(await measureMemory(await openSql(house.databaseUrl, own), house, FULL, signal));
    await own.run();
  }
  return report(runs, workers);
}

export async function measureMemory(
  sql: pg.ClientBase,
  house: House,
  size: MemorySize,
  signal: AbortSignal,
): Promise<MemoryRun> {
  const numbers = fictionalNumbers(size.calls + SPARE + 2 * FEW_LEADS);
  const seed = (count: number) =>
    seedLeads(sql, { count, slots: size.slots, numbers: numbers.splice(-count) }, signal);
  const [warmUp, few] = [await seed(FEW_LEADS), await seed(FEW_LEADS)];
  const all = await seedLeads(sql, { count: size.leads, slots: size.slots, numbers }, signal);
  const [claimFewMs = NaN, claimMs = NaN] = await claimTimes(house.databaseUrl, [few, all], FEW_LEADS);

  const ledger = new CarrierLedger(house.carrier.apiUrl);
  await ledger.control({ odds: { answered: 1 }, ringMs: 0, talkMs: size.callMs });
  await ledger.clear();
  await BenchCampaign.of(house.apiUrl, warmUp).start();
  const startFewMs = await BenchCampaign.of(house.apiUrl, few).start();
  const campaign = BenchCampaign.of(house.apiUrl, all);
  const startMs = await campaign.start();
  const samples = await watchMemory(house, ledger, size.calls, signal);
  await campaign.pause();
  await ledger.settled(RUN_TIMEOUT_MS, signal);
  return { startMs, startFewMs, claimMs, claimFewMs, samples };
}

function report(runs: MemoryRun[], workers: number): Outcome {
  const of = (read: (run: MemoryRun) => number, digits = 1) => rounded(median(runs.map(read)), digits);
  const redisMb = rounded(largest(runs.flatMap(({ samples }) => samples.map((s) => s.redisMb))), 2);
  const growth = runs.map(({ samples }) => rounded(growthOf(samples), 1));
  const line = {
    scenario: 'memory',
    processes: `api + ${workers} worker${workers === 1 ? '' : 's'}`,
    leads: FULL.leads,
    calls: FULL.calls,
    slots: FULL.slots,
    callMs: FULL.callMs,
    redisMostMb: redisMb,
    redisMustBeBelowMb: MUST_BE.redisMb,
    workerMbWarm: of(({ samples }) => warm(samples)[0]?.workerMb ?? NaN),
    workerMbAtEnd: of(({ samples }) => samples.at(-1)?.workerMb ?? NaN),
    workerMbMost: of(({ samples }) => largest(samples.map((s) => s.workerMb))),
    workerMbPer1000Calls: of(({ samples }) => slopeOfWorker(samples) * 1000, 2),
    apiMbAtEnd: of(({ samples }) => samples.at(-1)?.apiMb ?? NaN),
    startMs: of((run) => run.startMs),
    startMustBeMs: MUST_BE.startMs,
    startWith10Ms: of((run) => run.startFewMs),
    claimMs: of((run) => run.claimMs, 2),
    floorClaimMs: of((run) => run.claimFewMs, 2),
    ratio: of((run) => run.claimMs / run.claimFewMs, 2),
    workerGrowthMb: growth,
    spread: rounded(spreadOf(growth), 1),
  };
  const isTooMuch = redisMb >= MUST_BE.redisMb;
  return { line, broken: isTooMuch ? [`Redis used ${redisMb} MB`] : [] };
}

const warm = (samples: MemorySample[]): MemorySample[] =>
  samples.filter(({ calls }) => calls >= FULL.warmCalls);

const growthOf = (samples: MemorySample[]): number =>
  (samples.at(-1)?.workerMb ?? NaN) - (warm(samples)[0]?.workerMb ?? NaN);

const slopeOfWorker = (samples: MemorySample[]): number =>
  slopeOf(warm(samples).map(({ calls, workerMb }) => ({ x: calls, y: workerMb })));
