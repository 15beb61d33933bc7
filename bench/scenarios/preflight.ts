import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { playThrough, readSimulation, type Simulation } from '../../src/forecast/index.js';
import type { Outcome, RunOptions, Scenario } from '../scenario.js';
import { request } from '../support/api.js';
import type { Cleanup } from '../support/cleanup.js';
import { startHouse, type House } from '../support/house.js';
import { longestStall, watchedLoop } from '../support/loop-watch.js';
import { storePending } from '../support/pending-leads.js';
import { openSql } from '../support/sql.js';
import { largest, median, rounded, spreadOf } from '../support/statistics.js';
import { getting } from '../support/timed-reads.js';

const LEADS = 100_000;
const MUST_BE = { seconds: 2, stallMs: 50 };
/** Others read meanwhile, at a pace that is no load. */
const READ_EVERY_MS = 10;
const TIMEOUT_MS = 300_000;
const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri'];
const ASSUMED = { odds: { answered: 0.4, machine: 0.2, 'no-answer': 0.28 }, averageTalkMs: 45_000 };

/** A campaign that uses every rule that is asked of each lead. */
const CAMPAIGN = {
  ...{ name: 'bench: preflight', maxConcurrent: 60, callDelay: 0, rulePack: 'us-tcpa' },
  callingWindow: { timezone: 'lead', hours: [{ days: WEEKDAYS, start: '09:00', end: '18:00' }] },
  retryRules: [
    { on: 'busy', attempts: 3, delays: [600_000, 3_600_000] },
    { on: 'no_answer', attempts: 2, delays: [7_200_000] },
  ],
  maxAttemptsPerNumber: { attempts: 6, days: 7 },
};
const GREETING = 'Hello {{name}} of {{metadata.company}}, this is {{agent}}.';

/** What a preflight costs who waits for it, and all others meanwhile. */
export const preflight: Scenario = {
  words: `POST …/preflight of a campaign with ${LEADS} pending leads: how long, and how long is the event loop held?`,
  timeoutMs: TIMEOUT_MS,
  run: runPreflight,
};

interface PreflightSize {
  leads: number;
  runs: number;
  /** Where the app's process writes the stalls of its event loop. */
  watch: string;
}

interface PreflightRun {
  seconds: number;
  /** Of the event loop of the process that answers. Milliseconds. */
  stallMs: number;
  /** Of a read of the campaign's figures, one after the other meanwhile. Milliseconds. */
  slowestReadMs: number;
}

interface Preflights {
  runs: PreflightRun[];
  /** The virtual run of the same leads in a process of its own, nothing read and nothing judged beforehand. Seconds. */
  floorS: number;
  /** The forecast's calls, by those of the whole virtual run. */
  callsPerRun: number;
  gaps: string[];
}

/** What is read of the answer. */
interface Answer {
  leads: { pending: number; now: number; later: { total: number }; never: { total: number } };
  forecast: { expected: { calls: number } };
}

async function runPreflight(options: RunOptions, cleanup: Cleanup): Promise<Outcome> {
  const { workers, profileDir, signal, runs } = options;
  const folder = await mkdtemp(join(tmpdir(), 'campaign-bench-'));
  cleanup.add('the folder of the stalls', () => rm(folder, { recursive: true, force: true }));
  const watch = join(folder, 'stalls');
  const settings = { LOG_LEVEL: 'warn', RATE_LIMIT_PER_MINUTE: '0', ...watchedLoop(watch) };
  const house = await startHouse({ workers, settings, profileDir, signal }, cleanup);
  const sql = await openSql(house.databaseUrl, cleanup);
  return report(await measurePreflight(sql, house, { leads: LEADS, runs, watch }), options);
}

export async function measurePreflight(
  sql: pg.ClientBase,
  { apiUrl }: House,
  { leads, runs, watch }: PreflightSize,
): Promise<Preflights> {
  const { scenario } = await simulation(leads);
  const id = await campaignWith(sql, apiUrl, scenario.leads);
  const url = `${apiUrl}/campaigns/${id}`;
  const began = performance.now();
  const { calls } = playThrough(scenario);
  const floorS = (performance.now() - began) / 1000;
  const results: PreflightRun[] = [];
  const gaps: string[] = [];
  let last = 0;
  for (let run = 0; run < runs; run += 1) {
    const { answer, ...result } = await timed(url, watch);
    results.push(result);
    gaps.push(...gapsIn(answer, leads));
    last = answer.forecast.expected.calls;
  }
  return { runs: results, floorS, callsPerRun: last / calls.placed, gaps };
}

/** The leads, and the same campaign for a virtual run of them all. */
async function simulation(count: number): Promise<Simulation> {
  const folder = await mkdtemp(join(tmpdir(), 'campaign-bench-'));
  try {
    const path = join(folder, 'simulation.json');
    const { odds, averageTalkMs } = ASSUMED;
    const talkMs = [averageTalkMs / 2, averageTalkMs * 1.5];
    const leads = { count, countries: { US: 5, GB: 3, IN: 2 } };
    await writeFile(path, JSON.stringify({ campaign: CAMPAIGN, leads, odds, talkMs, start: new Date() }));
    return await readSimulation(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function campaignWith(
  sql: pg.ClientBase,
  apiUrl: string,
  leads: Simulation['scenario']['leads'],
): Promise<string> {
  const made = async (path: string, body: object): Promise<string> =>
    (await request<{ data: { id: string } }>('POST', apiUrl + path, body)).data.id;
  const id = await made('/campaigns', CAMPAIGN);
  const agentId = await made('/agents', { name: 'Ada', greeting: GREETING, maxConcurrentCalls: 60 });
  await request('POST', `${apiUrl}/campaigns/${id}/agents`, { agentId });
  await storePending(sql, id, leads);
  return id;
}

async function timed(url: string, watch: string): Promise<PreflightRun & { answer: Answer }> {
  const read = getting(`${url}/stats`);
  await read();
  const from = Date.now();
  const began = performance.now();
  let isOver = false;
  const asked = request<{ data: Answer }>('POST', `${url}/preflight`, ASSUMED).finally(() => (isOver = true));
  let slowestReadMs = 0;
  while (!isOver) {
    const start = performance.now();
    await read();
    slowestReadMs = Math.max(slowestReadMs, performance.now() - start);
    await sleep(READ_EVERY_MS);
  }
  const { data } = await asked;
  const seconds = (performance.now() - began) / 1000;
  return { answer: data, seconds, stallMs: await longestStall(watch, from, Date.now()), slowestReadMs };
}

function gapsIn({ leads: { pending, now, later, never } }: Answer, expected: number): string[] {
  const judged = now + later.total + never.total;
  const suppressed = Math.ceil(expected / 100);
  return [
    ...(pending === expected && judged === expected ? [] : [`${judged} of ${expected} leads were judged`]),
    ...(never.total === suppressed ? [] : [`${never.total} leads are never called, ${suppressed} should`]),
  ];
}

function report({ runs, floorS, callsPerRun, gaps }: Preflights, { workers }: RunOptions): Outcome {
  const of = (read: (run: PreflightRun) => number, digits: number) => rounded(median(runs.map(read)), digits);
  const seconds = runs.map((run) => rounded(run.seconds, 2));
  const line = {
    scenario: 'preflight',
    processes: workers === 0 ? 'all' : `api + ${workers} workers`,
    leads: LEADS,
    seconds: of((run) => run.seconds, 2),
    mustBeS: MUST_BE.seconds,
    longestStallMs: rounded(largest(runs.map(({ stallMs }) => stallMs)), 1),
    mustBeMs: MUST_BE.stallMs,
    slowestReadMs: rounded(largest(runs.map(({ slowestReadMs }) => slowestReadMs)), 1),
    floorS: rounded(floorS, 2),
    ratio: rounded(median(seconds) / floorS, 3),
    callsPerRun: rounded(callsPerRun, 3),
    runs: seconds,
    spread: rounded(spreadOf(seconds), 2),
  };
  return { line, broken: gaps };
}
