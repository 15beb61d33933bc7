import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { placeOf, writeReport } from './report.js';
import type { Outcome, RunOptions, Scenario } from './scenario.js';
import { blocked } from './scenarios/blocked.js';
import { callbacks } from './scenarios/callbacks.js';
import { dial, dialFew, dialLong } from './scenarios/dial.js';
import { importing } from './scenarios/import.js';
import { memory } from './scenarios/memory.js';
import { preflight } from './scenarios/preflight.js';
import { reads } from './scenarios/reads.js';
import { refill } from './scenarios/refill.js';
import { scale } from './scenarios/scale.js';
import { Cleanup } from './support/cleanup.js';
import { profileTable } from './support/profile.js';

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  dial,
  'dial-long': dialLong,
  'dial-few': dialFew,
  callbacks,
  refill,
  import: importing,
  memory,
  blocked,
  preflight,
  reads,
  scale,
};
const USAGE =
  'npm run bench -- <scenario> [--runs N] [--workers N] [--rows N] [--leads N] [--write] [--profile <folder>]';
const MOST_RUNS = 50;
const MOST_WORKERS = 16;
const MOST_ROWS = 3_000_000;
const MOST_LEADS = 5000;
const START_AND_STOP_MS = 120_000;
const INTERRUPTED = 130;

interface Command extends Omit<RunOptions, 'signal'> {
  name: string;
  scenario: Scenario;
  write: boolean;
}

/** @throws Error with the sentence to print */
function commandOf(args: string[]): Command {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      runs: { type: 'string', default: '1' },
      workers: { type: 'string', default: '0' },
      rows: { type: 'string', default: '1000000' },
      leads: { type: 'string' },
      write: { type: 'boolean', default: false },
      profile: { type: 'string' },
    },
  });
  const [name = ''] = positionals;
  const scenario = Object.hasOwn(SCENARIOS, name) ? SCENARIOS[name] : undefined;
  if (!scenario || positionals.length > 1) throw new Error(`${USAGE}\n${listed()}`);
  const runs = wholeNumber('--runs', values.runs, 1, MOST_RUNS);
  const workers = wholeNumber('--workers', values.workers, 0, MOST_WORKERS);
  const rows = wholeNumber('--rows', values.rows, 1, MOST_ROWS);
  const leads = values.leads === undefined ? undefined : wholeNumber('--leads', values.leads, 1, MOST_LEADS);
  return { name, scenario, runs, workers, rows, leads, write: values.write, profileDir: values.profile };
}

function listed(): string {
  return Object.entries(SCENARIOS)
    .map(([name, { words }]) => `  ${name}: ${words}`)
    .join('\n');
}

function wholeNumber(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new Error(`${name} must be a whole number from ${least} to ${most}, not "${text}"`);
}

/** A bench dials thousands of numbers within seconds: never on an account that costs money and rings people. */
function refuseRealCarrier(): void {
  if (process.env.TWILIO_ACCOUNT_SID) {
    throw new Error('TWILIO_ACCOUNT_SID is set: unset it, a bench must not reach a real carrier.');
  }
}

/** Runs the scenario within its time; whatever happens, what it started is stopped before this returns. */
async function perform(command: Command, cleanup: Cleanup): Promise<Outcome> {
  const { scenario, runs } = command;
  const abort = new AbortController();
  const timer = setTimeout(
    () => abort.abort(new Error('The bench took too long')),
    scenario.timeoutMs * runs + START_AND_STOP_MS,
  );
  const onSignal = () => abort.abort(new Error('interrupted'));
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  try {
    const running = scenario.run({ ...command, signal: abort.signal }, cleanup);
    return await Promise.race([running, rejectionOf(abort.signal)]);
  } finally {
    clearTimeout(timer);
    await cleanup.run();
  }
}

function rejectionOf(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}

async function main(args: string[]): Promise<number> {
  refuseRealCarrier();
  const command = commandOf(args);
  // Before an hour is spent, not after it.
  if (command.write) await placeOf(command.name, args);
  const [loadBefore = 0] = loadavg();
  const { line, broken } = await perform(command, new Cleanup());
  console.log(JSON.stringify(line));
  for (const sentence of broken) console.error(`BROKEN: ${sentence}`);
  if (command.profileDir !== undefined) console.log(await profileTable(command.profileDir));
  if (command.write) await writeReport(command.name, args, line, loadBefore);
  return broken.length > 0 ? 1 : 0;
}

main(process.argv.slice(2)).then(
  // What a failed run left pending must not keep the process.
  (code) => process.exit(code),
  (error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    console.error(message);
    process.exit(message === 'interrupted' ? INTERRUPTED : 1);
  },
);
