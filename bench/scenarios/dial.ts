import type { Outcome, RunOptions, Scenario } from '../scenario.js';
import { runBareLoop } from '../support/bare-loop.js';
import { BenchCampaign } from '../support/campaign.js';
import { CarrierLedger } from '../support/carrier-ledger.js';
import type { Cleanup } from '../support/cleanup.js';
import { fictionalNumbers } from '../support/fictional-numbers.js';
import { startHouse, type House } from '../support/house.js';
import { idealSeconds, measure, type Expected, type SlotUse } from '../support/slot-use.js';
import { median, rounded, spreadOf } from '../support/statistics.js';

const RUN_TIMEOUT_MS = 180_000;

interface Load {
  name: string;
  leads: number;
  slots: number;
  callMs: number;
  /** The utilisation that is wanted. */
  aim: number;
}

interface Pair {
  app: SlotUse;
  floor: SlotUse;
}

/** Slot utilisation: how much of the time that a campaign's slots could be talking they really are. */
function dialing(load: Load): Scenario {
  const { leads, slots, callMs } = load;
  return {
    words: `${leads} leads over ${slots} slots, calls of ${callMs} ms, no delay: how busy are the slots?`,
    timeoutMs: RUN_TIMEOUT_MS,
    run: (options, cleanup) => runDial({ ...load, leads: options.leads ?? leads }, options, cleanup),
  };
}

export const dial = dialing({ name: 'dial', leads: 2000, slots: 50, callMs: 200, aim: 0.9 });
export const dialLong = dialing({ name: 'dial-long', leads: 2000, slots: 50, callMs: 1000, aim: 0.97 });
export const dialFew = dialing({ name: 'dial-few', leads: 240, slots: 3, callMs: 100, aim: 0.9 });

async function runDial(load: Load, options: RunOptions, cleanup: Cleanup): Promise<Outcome> {
  const { workers, profileDir, signal } = options;
  const house = await startHouse({ workers, settings: {}, profileDir, signal }, cleanup);
  const ledger = new CarrierLedger(house.carrier.apiUrl);
  await ledger.control({ odds: { answered: 1 }, ringMs: 0, talkMs: load.callMs });
  const expected = { ...load, numbers: fictionalNumbers(load.leads) };
  const once = () => runPair(house, ledger, expected, signal);
  const cold = await once();
  const runs: Pair[] = [];
  for (let run = 0; run < options.runs; run += 1) runs.push(await once());
  return report(load, { cold, runs }, workers, idealSeconds(expected));
}

/** The floor and the app in turns, so that a noisy minute of the machine meets both. */
async function runPair(
  house: House,
  ledger: CarrierLedger,
  expected: Expected,
  signal: AbortSignal,
): Promise<Pair> {
  const { numbers, slots } = expected;
  await ledger.clear();
  await runBareLoop({ carrier: house.carrier, numbers, slots, signal });
  const floor = measure(await ledger.read(), expected);
  await ledger.clear();
  await runCampaign(house, ledger, expected, signal);
  return { floor, app: measure(await ledger.read(), expected) };
}

/** Creates, fills and starts a campaign over HTTP and waits until it has completed and no call is open. */
async function runCampaign(
  { apiUrl }: House,
  ledger: CarrierLedger,
  { numbers, slots }: Expected,
  signal: AbortSignal,
): Promise<void> {
  const wish = { name: 'bench: dial', maxConcurrent: slots, callDelay: 0 };
  const campaign = await BenchCampaign.create(apiUrl, wish, numbers);
  await campaign.start();
  await campaign.completed(RUN_TIMEOUT_MS, signal);
  await ledger.settled(RUN_TIMEOUT_MS, signal);
}

/** Of the warm runs; where something is wrong the cold one counts too. */
function report(
  load: Load,
  { cold, runs }: { cold: Pair; runs: Pair[] },
  workers: number,
  idealS: number,
): Outcome {
  const of = (read: (pair: Pair) => number) => rounded(median(runs.map(read)), 3);
  const utilisations = runs.map(({ app }) => app.utilisation);
  const worst = (read: (use: SlotUse) => number) => Math.max(...[cold, ...runs].map(({ app }) => read(app)));
  const [maxOpen, doubles, missing] = [
    worst((u) => u.maxOpen),
    worst((u) => u.doubles),
    worst((u) => u.missing),
  ];
  const line = {
    scenario: load.name,
    processes: workers === 0 ? 'all' : `api + ${workers} workers`,
    leads: load.leads,
    slots: load.slots,
    callMs: load.callMs,
    idealS,
    actualS: of(({ app }) => app.actualS),
    utilisation: of(({ app }) => app.utilisation),
    cold: cold.app.utilisation,
    aim: load.aim,
    maxOpen,
    doubles,
    missing,
    placementsPerS: of(({ app }) => app.placementsPerS),
    refillP50Ms: of(({ app }) => app.refillP50Ms),
    refillP99Ms: of(({ app }) => app.refillP99Ms),
    floorS: of(({ floor }) => floor.actualS),
    floorUtilisation: of(({ floor }) => floor.utilisation),
    actualPerFloor: rounded(
      of(({ app, floor }) => app.actualS / floor.actualS),
      3,
    ),
    runs: utilisations,
    spread: rounded(spreadOf(utilisations), 3),
  };
  const broken = [
    ...(doubles > 0 ? [`${doubles} numbers were called more than once`] : []),
    ...(missing > 0 ? [`${missing} numbers were not called`] : []),
    ...(maxOpen > load.slots ? [`${maxOpen} calls were open at once, ${load.slots} allowed`] : []),
  ];
  return { line, broken };
}
