import type pg from 'pg';
import type { Outcome, RunOptions, Scenario } from '../scenario.js';
import { runBareLoop } from '../support/bare-loop.js';
import { BenchCampaign } from '../support/campaign.js';
import { CarrierLedger } from '../support/carrier-ledger.js';
import type { Cleanup } from '../support/cleanup.js';
import { fictionalNumbers } from '../support/fictional-numbers.js';
import { startHouse, type House } from '../support/house.js';
import { gapsIn, readRecords } from '../support/records.js';
import { halfAndMost, readStretches, type Stretches } from '../support/refill.js';
import { measure } from '../support/slot-use.js';
import { openSql } from '../support/sql.js';
import { median, percentile, rounded, spreadOf } from '../support/statistics.js';

/** Different lengths of ringing: of talk the script decides, which is the same for all, and fifty calls would end together. */
const FULL: RefillSize = { leads: 1500, slots: 50, ringMs: [0, 1000], talkMs: 500 };
const AIM = { p50: 8, p99: 50 };
const RUN_TIMEOUT_MS = 180_000;

/** How soon a freed slot is dialled again, where calls end one by one and the slots are full. */
export const refill: Scenario = {
  words: `${FULL.leads} leads over ${FULL.slots} slots, calls of ${lengthsOf(FULL)} ms: from the end of a call to the next placement`,
  timeoutMs: RUN_TIMEOUT_MS,
  run: runRefill,
};

export interface RefillSize {
  leads: number;
  slots: number;
  /** Least and most. */
  ringMs: [number, number];
  talkMs: number;
}

export interface RefillRun {
  stretches: Stretches;
  gaps: string[];
}

interface Pair extends RefillRun {
  floor: { p50: number; p99: number };
}

async function runRefill(options: RunOptions, cleanup: Cleanup): Promise<Outcome> {
  const { workers, profileDir, signal } = options;
  const house = await startHouse({ workers, settings: {}, profileDir, signal }, cleanup);
  const sql = await openSql(house.databaseUrl, cleanup);
  const pairs: Pair[] = [];
  for (let run = 0; run < options.runs; run += 1) {
    const floor = await measureFloor(house, FULL, signal);
    pairs.push({ floor, ...(await measureRefill(sql, house, FULL, signal)) });
  }
  return report(pairs, workers);
}

/** The bare loop's refills under the same calls: what the way to the carrier and back costs by itself. */
async function measureFloor(
  { carrier }: House,
  size: RefillSize,
  signal: AbortSignal,
): Promise<{ p50: number; p99: number }> {
  const ledger = await preparedLedger(carrier.apiUrl, size);
  const numbers = fictionalNumbers(size.leads);
  await runBareLoop({ carrier, numbers, slots: size.slots, signal });
  const { refillP50Ms, refillP99Ms } = measure(await ledger.read(), { ...size, numbers, callMs: NaN });
  return { p50: refillP50Ms, p99: refillP99Ms };
}

export async function measureRefill(
  sql: pg.ClientBase,
  { apiUrl, carrier }: House,
  size: RefillSize,
  signal: AbortSignal,
): Promise<RefillRun> {
  const ledger = await preparedLedger(carrier.apiUrl, size);
  const wish = { name: 'bench: refill', maxConcurrent: size.slots, callDelay: 0 };
  const campaign = await BenchCampaign.create(apiUrl, wish, fictionalNumbers(size.leads));
  await campaign.start();
  await campaign.completed(RUN_TIMEOUT_MS, signal);
  const book = await ledger.read();
  const gaps = gapsIn(await readRecords(sql, [campaign.id]), size.leads);
  if (book.maxOpen > size.slots) gaps.push(`${book.maxOpen} calls were open at once, ${size.slots} allowed`);
  return { stretches: await readStretches(sql, campaign.id, book, size.slots), gaps };
}

async function preparedLedger(simulatorUrl: string, { ringMs, talkMs }: RefillSize): Promise<CarrierLedger> {
  const ledger = new CarrierLedger(simulatorUrl);
  await ledger.control({ odds: { answered: 1 }, ringMs, talkMs });
  await ledger.clear();
  return ledger;
}

function lengthsOf({ ringMs, talkMs }: RefillSize): string {
  return ringMs.map((ms) => ms + talkMs).join(' to ');
}

function report(pairs: Pair[], workers: number): Outcome {
  const all = (name: keyof Stretches) => pairs.flatMap(({ stretches }) => stretches[name]);
  const halves = pairs.map(({ stretches }) => rounded(percentile(stretches.whole, 50), 1));
  const [p50, floorP50] = [median(halves), median(pairs.map(({ floor }) => floor.p50))];
  const line = {
    scenario: 'refill',
    processes: workers === 0 ? 'all' : `api + ${workers} workers`,
    leads: FULL.leads,
    slots: FULL.slots,
    callMs: lengthsOf(FULL),
    refills: all('whole').length,
    refillP50Ms: rounded(p50, 1),
    refillP99Ms: rounded(percentile(all('whole'), 99), 1),
    aimP50Ms: AIM.p50,
    aimP99Ms: AIM.p99,
    floorP50Ms: floorP50,
    floorP99Ms: median(pairs.map(({ floor }) => floor.p99)),
    ratio: rounded(p50 / floorP50, 2),
    within: halfAndMost(all('within')),
    told: halfAndMost(all('told')),
    claimed: halfAndMost(all('claimed')),
    guarded: halfAndMost(all('guarded')),
    sent: halfAndMost(all('sent')),
    runs: halves,
    spread: rounded(spreadOf(halves), 1),
  };
  return { line, broken: pairs.flatMap(({ gaps }) => gaps) };
}
