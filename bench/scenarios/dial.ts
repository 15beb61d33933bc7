import type { Outcome, RunOptions, Scenario } from '../scenario.js';
import { runBareLoop } from '../support/bare-loop.js';
import { BenchCampaign } from '../support/campaign.js';
import { CarrierLedger } from '../support/carrier-ledger.js';
import type { Cleanup } from '../support/cleanup.js';
import { fictionalNumbers } from '../support/fictional-numbers.js';
import { startHouse, type House } from '../support/house.js';
import { idealSeconds, measure, type SlotUse } from '../support/slot-use.js';
import { median, rounded, spreadOf } from '../support/statistics.js';

const LEADS = 2000;
const SLOTS = 50;
const CALL_MS = 200;
const AIM = 0.9;
const RUN_TIMEOUT_MS = 180_000;

/** Slot utilisation: how much of the time that a campaign's slots could be talking they really are. */
export const dial: Scenario = {
  words: `${LEADS} leads over ${SLOTS} slots, calls of ${CALL_MS} ms, no delay: how busy are the slots?`,
  timeoutMs: RUN_TIMEOUT_MS,
  run: runDial,
};

interface Pair {
  app: SlotUse;
  floor: SlotUse;
}

async function runDial(options: RunOptions, cleanup: Cleanup): Promise<Outcome> {
  const { workers, profileDir, signal } = options;
  const house = await startHouse({ workers, settings: {}, profileDir, signal }, cleanup);
  const ledger = new CarrierLedger(house.carrier.apiUrl);
  await ledger.control({ odds: { answered: 1 }, ringMs: 0, talkMs: CALL_MS });
  const expected = { numbers: fictionalNumbers(LEADS), slots: SLOTS, callMs: CALL_MS };
  const runs: Pair[] = [];
  for (let run = 0; run < options.runs; run += 1) {
    // In turns, so that a noisy minute of the machine meets both.
    await ledger.clear();
    await runBareLoop({ carrier: house.carrier, numbers: expected.numbers, slots: SLOTS, signal });
    const floor = measure(await ledger.read(), expected);
    await ledger.clear();
    await runCampaign(house, ledger, expected.numbers, signal);
    runs.push({ floor, app: measure(await ledger.read(), expected) });
  }
  return report(runs, workers, idealSeconds(expected));
}

/** Creates, fills and starts a campaign over HTTP and waits until it has completed and no call is open. */
async function runCampaign(
  { apiUrl }: House,
  ledger: CarrierLedger,
  numbers: string[],
  signal: AbortSignal,
): Promise<void> {
  const wish = { name: 'bench: dial', maxConcurrent: SLOTS, callDelay: 0 };
  const campaign = await BenchCampaign.create(apiUrl, wish, numbers);
  await campaign.start();
  await campaign.completed(RUN_TIMEOUT_MS, signal);
  await ledger.settled(RUN_TIMEOUT_MS, signal);
}

function report(runs: Pair[], workers: number, idealS: number): Outcome {
  const of = (read: (pair: Pair) => number) => rounded(median(runs.map(read)), 3);
  const utilisations = runs.map(({ app }) => app.utilisation);
  const worst = (read: (use: SlotUse) => number) => Math.max(...runs.map(({ app }) => read(app)));
  const [maxOpen, doubles, missing] = [
    worst((u) => u.maxOpen),
    worst((u) => u.doubles),
    worst((u) => u.missing),
  ];
  const line = {
    scenario: 'dial',
    processes: workers === 0 ? 'all' : `api + ${workers} workers`,
    leads: LEADS,
    slots: SLOTS,
    callMs: CALL_MS,
    idealS,
    actualS: of(({ app }) => app.actualS),
    utilisation: of(({ app }) => app.utilisation),
    aim: AIM,
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
    ...(maxOpen > SLOTS ? [`${maxOpen} calls were open at once, ${SLOTS} allowed`] : []),
  ];
  return { line, broken };
}
