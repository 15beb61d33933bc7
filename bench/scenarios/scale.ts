import { cpus } from 'node:os';
import type { Outcome, RunOptions, Scenario } from '../scenario.js';
import { runBareLoop } from '../support/bare-loop.js';
import { BenchCampaign } from '../support/campaign.js';
import { CarrierLedger } from '../support/carrier-ledger.js';
import { Cleanup } from '../support/cleanup.js';
import { fictionalNumbers } from '../support/fictional-numbers.js';
import { startHouse, type House } from '../support/house.js';
import { mapParties, processorTime, usedBetween, type ProcessorTime } from '../support/processor-time.js';
import { gapsIn, readRecords } from '../support/records.js';
import { measure } from '../support/slot-use.js';
import { openSql } from '../support/sql.js';
import { median, rounded, spreadOf } from '../support/statistics.js';

const FULL: ScaleSize = { campaigns: 4, leads: 1000, slots: 100, callMs: 200 };
const WORKERS = [1, 2, 3];
const MUST_BE_PER_S = 250;
const RUN_TIMEOUT_MS = 600_000;
const CAMPAIGN_TIMEOUT_MS = 180_000;

/** Whole calls a second (placement, four callbacks, TwiML, all recorded) where slots are never what is short. */
export const scale: Scenario = {
  words: `${FULL.campaigns} campaigns of ${FULL.leads} leads and ${FULL.slots} slots, calls of ${FULL.callMs} ms, on 1, 2 and 3 workers: how many calls a second?`,
  timeoutMs: RUN_TIMEOUT_MS,
  run: runScale,
};

export interface ScaleSize {
  campaigns: number;
  /** Of each campaign, as are the slots. */
  leads: number;
  slots: number;
  callMs: number;
}

export interface ScaleRun {
  /** From the first placement to the end of the last call. Seconds. */
  seconds: number;
  callsPerS: number;
  floorPerS: number;
  used: ProcessorTime;
  gaps: string[];
}

async function runScale(options: RunOptions, cleanup: Cleanup): Promise<Outcome> {
  const crews = options.workers > 0 ? [options.workers] : WORKERS;
  const results = new Map<number, ScaleRun[]>();
  for (const workers of crews) {
    const house = new Cleanup();
    cleanup.add(`the house of ${workers}`, () => house.run());
    results.set(workers, await runCrew(workers, options, house));
    await house.run();
  }
  return report(results);
}

async function runCrew(workers: number, options: RunOptions, cleanup: Cleanup): Promise<ScaleRun[]> {
  const { profileDir, signal } = options;
  const house = await startHouse({ workers, settings: {}, profileDir, signal }, cleanup);
  const runs: ScaleRun[] = [];
  for (let run = 0; run < options.runs; run += 1) {
    runs.push(await measureScale(house, FULL, signal));
  }
  return runs;
}

export async function measureScale(house: House, size: ScaleSize, signal: AbortSignal): Promise<ScaleRun> {
  const ledger = new CarrierLedger(house.carrier.apiUrl);
  await ledger.control({ odds: { answered: 1 }, ringMs: 0, talkMs: size.callMs });
  const numbers = fictionalNumbers(size.campaigns * size.leads);
  const slots = size.campaigns * size.slots;
  const expected = { numbers, slots, callMs: size.callMs };
  await ledger.clear();
  await runBareLoop({ carrier: house.carrier, numbers, slots, signal });
  const floor = measure(await ledger.read(), expected);
  await ledger.clear();
  const { used, ids } = await runCampaigns(house, ledger, numbers, size, signal);
  const { placementsPerS, actualS, maxOpen } = measure(await ledger.read(), expected);
  const tooMany = maxOpen > slots ? [`${maxOpen} calls were open at once, ${slots} allowed`] : [];
  const gaps = [...tooMany, ...(await unrecorded(house, ids, numbers.length))];
  return { seconds: actualS, callsPerS: placementsPerS, floorPerS: floor.placementsPerS, used, gaps };
}

/** Starts all campaigns and waits for their end. */
async function runCampaigns(
  house: House,
  ledger: CarrierLedger,
  numbers: string[],
  { leads, slots }: ScaleSize,
  signal: AbortSignal,
): Promise<{ used: ProcessorTime; ids: string[] }> {
  const campaigns: BenchCampaign[] = [];
  for (let from = 0; from < numbers.length; from += leads) {
    const wish = { name: 'bench: scale', maxConcurrent: slots, callDelay: 0 };
    campaigns.push(await BenchCampaign.create(house.apiUrl, wish, numbers.slice(from, from + leads)));
  }
  const before = await processorTime(house);
  await Promise.all(campaigns.map((campaign) => campaign.start()));
  await Promise.all(campaigns.map((campaign) => campaign.completed(CAMPAIGN_TIMEOUT_MS, signal)));
  const used = usedBetween(before, await processorTime(house));
  await ledger.settled(CAMPAIGN_TIMEOUT_MS, signal);
  return { used, ids: campaigns.map(({ id }) => id) };
}

async function unrecorded({ databaseUrl }: House, ids: string[], calls: number): Promise<string[]> {
  const cleanup = new Cleanup();
  try {
    return gapsIn(await readRecords(await openSql(databaseUrl, cleanup), ids), calls);
  } finally {
    await cleanup.run();
  }
}

function report(results: Map<number, ScaleRun[]>): Outcome {
  const [first = []] = results.values();
  const all = [...results.values()].flat();
  const perS = first.map(({ callsPerS }) => callsPerS);
  const callsPerS = rounded(median(perS), 1);
  const line = {
    scenario: 'scale',
    campaigns: FULL.campaigns,
    leads: FULL.campaigns * FULL.leads,
    slots: FULL.campaigns * FULL.slots,
    callMs: FULL.callMs,
    callsPerS,
    mustBe: MUST_BE_PER_S,
    floorPerS: rounded(median(all.map(({ floorPerS }) => floorPerS)), 1),
    ratio: rounded(median(first.map((run) => run.callsPerS / run.floorPerS)), 3),
    ...Object.fromEntries([...results].map(([workers, runs]) => [nameOf(workers), crewLine(runs)])),
    runs: perS,
    spread: rounded(spreadOf(perS), 1),
  };
  return { line, broken: all.flatMap(({ gaps }) => gaps) };
}

const nameOf = (workers: number): string => `with${workers}Worker${workers === 1 ? '' : 's'}`;

/** Where the time goes: processor milliseconds for one call, and how much of the machine's processors was used. */
function crewLine(runs: ScaleRun[]): object {
  const of = (read: (run: ScaleRun) => number, digits: number) => rounded(median(runs.map(read)), digits);
  const total = (used: ProcessorTime) => Object.values(used).reduce((sum, seconds) => sum + seconds, 0);
  return {
    callsPerS: of((run) => run.callsPerS, 1),
    msPerCall: mapParties((party) =>
      of((run) => (run.used[party] * 1000) / (FULL.campaigns * FULL.leads), 2),
    ),
    ofAllProcessors: of((run) => total(run.used) / (run.seconds * cpus().length), 2),
  };
}
