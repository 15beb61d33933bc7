import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { freePort } from '../../src/embedded/ports.js';
import { Cleanup } from '../support/cleanup.js';
import { Crew } from './crew.js';
import { openSite } from './own-site.js';
import { perform } from './perform.js';
import type { FaultScenario, Measure } from './scenario.js';
import { callbacks } from './scenarios/callbacks.js';
import { carrierFaults } from './scenarios/carrier-faults.js';
import { checkpoints } from './scenarios/checkpoints.js';
import { kills } from './scenarios/kills.js';
import { operators } from './scenarios/operators.js';
import { lostAnswers } from './scenarios/lost-answers.js';
import { outages } from './scenarios/outages.js';
import { redelivery } from './scenarios/redelivery.js';
import { postgres, redis } from './scenarios/services.js';
import { suspensions } from './scenarios/suspensions.js';
import { tableOf } from './table.js';
import type { Verdict } from './verdict.js';

const USAGE =
  'npm run test:faults -- [--seed S] [--kills N] [--calls M] [--only name,...] [--points N] [--away S] [--minutes T]';
const SCENARIOS: readonly FaultScenario[] = [
  kills,
  checkpoints(),
  suspensions,
  redelivery,
  ...carrierFaults,
  callbacks,
  redis,
  postgres,
  outages,
  lostAnswers,
  operators,
];
const SHOWN = 12;
const INTERRUPTED = 130;

interface Command {
  seed: number;
  measure: Measure;
  scenarios: FaultScenario[];
  minutes: number;
}

/** @throws Error with the sentence to print */
function commandOf(args: string[]): Command {
  const { values } = parseArgs({
    args,
    options: {
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      kills: { type: 'string', default: '60' },
      calls: { type: 'string' },
      points: { type: 'string', default: '5' },
      only: { type: 'string', default: '' },
      away: { type: 'string', default: '60' },
      minutes: { type: 'string', default: '60' },
    },
  });
  const number = (name: 'seed' | 'kills' | 'points' | 'away' | 'minutes') => wholeNumber(name, values[name]);
  const only = values.only.split(',').filter((name) => name !== '');
  const scenarios = SCENARIOS.filter(
    ({ name }) => only.length === 0 || only.some((each) => name === each || name.split(':')[0] === each),
  );
  if (scenarios.length === 0) throw new Error(`${USAGE}\n${listed()}`);
  const killed = number('kills');
  return {
    seed: number('seed'),
    scenarios,
    minutes: number('minutes'),
    measure: {
      kills: killed,
      calls: values.calls === undefined ? killed * 10 : wholeNumber('calls', values.calls),
      perCheckpoint: number('points'),
      carrierCalls: 200,
      callbackCalls: 2000,
      restarts: 10,
      suspensions: 8,
      awayS: number('away'),
      lostAnswers: 200,
      hammerS: 30,
    },
  };
}

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0) return value;
  throw new Error(`--${name} must be a whole number, not "${text}"\n${USAGE}`);
}

function listed(): string {
  return SCENARIOS.map(({ name, words }) => `  ${name}: ${words}`).join('\n');
}

/** It dials thousands of numbers within minutes: never on an account that costs money and rings people. */
function refuseRealCarrier(): void {
  if (process.env.TWILIO_ACCOUNT_SID) {
    throw new Error('TWILIO_ACCOUNT_SID is set: unset it, a fault run must not reach a real carrier.');
  }
}

/** Plays all scenarios within their time; whatever happens, what was started is stopped before this returns. */
async function playAll({ seed, scenarios, measure, minutes }: Command): Promise<Verdict[]> {
  const cleanup = new Cleanup();
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(new Error('The fault run took too long')), minutes * 60_000);
  const onSignal = () => abort.abort(new Error('interrupted'));
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  const { signal } = abort;
  const verdicts: Verdict[] = [];
  try {
    const site = await openSite(seed, cleanup, signal);
    const port = await freePort();
    const crew = new Crew(site, port);
    cleanup.add("the product's processes", () => crew.end());
    await crew.start(signal);
    const apiUrl = `http://127.0.0.1:${port}/api/v1`;
    for (const scenario of scenarios) {
      console.log(`${scenario.name}: ${scenario.words} …`);
      const verdict = await perform(scenario, {
        site,
        outages: site.outages,
        crew,
        apiUrl,
        seed,
        measure,
        signal,
      });
      verdicts.push(verdict);
      await show(verdict);
    }
    return verdicts;
  } finally {
    clearTimeout(timer);
    await cleanup.run();
    if (verdicts.length > 0) console.log(`\nseed ${seed}\n\n${tableOf(verdicts)}`);
  }
}

async function show({ name, violations, calls, faults, tookS, deaths }: Verdict): Promise<void> {
  console.log(`  ${calls} calls, ${faults} faults, ${violations.length} violations, ${tookS} s`);
  for (const [label, times] of deaths) console.log(`    died ${times} times at ${label}`);
  if (violations.length === 0) return;
  const file = join(tmpdir(), `campaign-faults-${name.replace(':', '-')}-${process.pid}.json`);
  await writeFile(file, JSON.stringify(violations, null, 1), { mode: 0o600 });
  for (const { invariant, sentence } of violations.slice(0, SHOWN))
    console.error(`  BROKEN ${invariant}: ${sentence}`);
  console.error(`  all of them: ${file}`);
}

async function main(args: string[]): Promise<number> {
  refuseRealCarrier();
  const command = commandOf(args);
  console.log(`seed ${command.seed}`);
  const verdicts = await playAll(command);
  return verdicts.some(({ violations }) => violations.length > 0) ? 1 : 0;
}

main(process.argv.slice(2)).then(
  // What an aborted scenario left pending must not keep the process.
  (code) => process.exit(code),
  (error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    console.error(message);
    process.exit(message === 'interrupted' ? INTERRUPTED : 1);
  },
);
