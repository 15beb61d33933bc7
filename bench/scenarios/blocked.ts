import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { Outcome, RunOptions, Scenario } from '../scenario.js';
import { request } from '../support/api.js';
import { explainTake, seedBlocked } from '../support/blocked-leads.js';
import { BenchCampaign } from '../support/campaign.js';
import { CarrierLedger } from '../support/carrier-ledger.js';
import { claimTimes } from '../support/claim-time.js';
import { Cleanup } from '../support/cleanup.js';
import { fictionalNumbers } from '../support/fictional-numbers.js';
import { startHouse, type House } from '../support/house.js';
import { mapParties, processorTime, usedBetween, type ProcessorTime } from '../support/processor-time.js';
import { seedLeads } from '../support/seeded-leads.js';
import { openSql } from '../support/sql.js';
import { median, rounded, spreadOf } from '../support/statistics.js';
import { until } from '../support/wait.js';

/** Leads that may be called, each time, behind all those that may not. */
const OPEN = 10;
const IDLE_MS = 20_000;
const MUST_BE = { claimMs: 20 };
const RUN_TIMEOUT_MS = 1_800_000;

/** A million leads of which ten may be called now: are they found, at once, and is the machine idle while none may be? */
export const blocked: Scenario = {
  words: `--rows leads (1,000,000) outside their calling window but for the last ${OPEN}: the sweep, the claim, and idling`,
  timeoutMs: RUN_TIMEOUT_MS,
  run: runBlocked,
};

export interface BlockedSize {
  leads: number;
  idleMs: number;
}

export interface BlockedRun {
  /** From the start to the placement of the last that may be called: all others are swept before. Seconds. */
  sweepS: number;
  swept: ProcessorTime;
  /** Used while every lead was blocked, for each second. Milliseconds. */
  idleMsPerS: ProcessorTime;
  claimMs: number;
  /** The same in a campaign of ten leads without a window. */
  claimFewMs: number;
  plan: string[];
  /** From the resume to the placement of all. */
  foundMs: number;
  gaps: string[];
}

async function runBlocked(options: RunOptions, cleanup: Cleanup): Promise<Outcome> {
  const { workers, profileDir, signal } = options;
  const runs: BlockedRun[] = [];
  for (let run = 0; run < options.runs; run += 1) {
    const own = new Cleanup();
    cleanup.add('the house', () => own.run());
    const house = await startHouse({ workers, settings: {}, profileDir, signal }, own);
    const size = { leads: options.rows, idleMs: IDLE_MS };
    runs.push(await measureBlocked(await openSql(house.databaseUrl, own), house, size, signal));
    await own.run();
  }
  return report(runs, options);
}

export async function measureBlocked(
  sql: pg.ClientBase,
  house: House,
  { leads, idleMs }: BlockedSize,
  signal: AbortSignal,
): Promise<BlockedRun> {
  const ledger = new CarrierLedger(house.carrier.apiUrl);
  await ledger.control({ odds: { answered: 1 }, ringMs: 0, talkMs: 50 });
  await ledger.clear();
  const [first, second] = [fictionalNumbers(2 * OPEN).slice(0, OPEN), fictionalNumbers(2 * OPEN).slice(OPEN)];
  const placed = async (count: number) => {
    const all = async () => (await ledger.read()).placements.length >= count;
    await until(all, { what: `${count} placements`, timeoutMs: RUN_TIMEOUT_MS, everyMs: 20, signal });
  };

  const id = await seedBlocked(sql, { count: leads, openNumbers: first }, signal);
  const campaign = BenchCampaign.of(house.apiUrl, id);
  const [began, before] = [performance.now(), await processorTime(house)];
  await campaign.start();
  await placed(OPEN);
  const sweepS = (performance.now() - began) / 1000;
  const swept = usedBetween(before, await processorTime(house));
  await ledger.settled(RUN_TIMEOUT_MS, signal);

  // Each lead was written anew; what Postgres does about that afterwards is not idling.
  await sql.query('VACUUM (ANALYZE) leads');
  const idle = await usedWhileIdle(house, idleMs, signal);
  await campaign.pause();
  const added = second.map((phoneNumber) => ({ phoneNumber, timezone: 'UTC' }));
  await request('POST', `${house.apiUrl}/campaigns/${id}/leads/bulk`, { leads: added });
  const few = await seedLeads(
    sql,
    { count: OPEN, slots: OPEN, numbers: fictionalNumbers(3 * OPEN).slice(2 * OPEN) },
    signal,
  );
  const [claimFewMs = NaN, claimMs = NaN] = await claimTimes(house.databaseUrl, [few, id], OPEN);
  const plan = await explainTake(house.databaseUrl, id, OPEN);
  const resumedAt = performance.now();
  await campaign.resume();
  await placed(2 * OPEN);
  const foundMs = performance.now() - resumedAt;
  const gaps = await gapsOf(sql, ledger, id, [...first, ...second], leads - OPEN);
  return { sweepS, swept, idleMsPerS: perSecond(idle, idleMs), claimMs, claimFewMs, plan, foundMs, gaps };
}

async function usedWhileIdle(house: House, ms: number, signal: AbortSignal): Promise<ProcessorTime> {
  // What the last calls left to do is done.
  await sleep(3000, undefined, { signal });
  const before = await processorTime(house);
  await sleep(ms, undefined, { signal });
  return usedBetween(before, await processorTime(house));
}

const perSecond = (used: ProcessorTime, ms: number): ProcessorTime =>
  mapParties((party) => rounded((used[party] * 1_000_000) / ms, 1));

/** Those that may be called were called once and nobody else; all others wait for their window. */
async function gapsOf(
  sql: pg.ClientBase,
  ledger: CarrierLedger,
  id: string,
  callable: string[],
  blockedLeads: number,
): Promise<string[]> {
  const called = (await ledger.read()).placements.map(({ to }) => to);
  const gaps =
    called.toSorted().join() === callable.toSorted().join() ? [] : [`${called.length} others were called`];
  const { rows } = await sql.query<{ waiting: number }>(
    `SELECT count(*)::int AS waiting FROM leads
     WHERE campaign_id = $1 AND status = 'pending' AND blocked_reason = 'outside_window' AND next_attempt_at > now()`,
    [id],
  );
  if (rows[0]?.waiting !== blockedLeads) gaps.push(`${rows[0]?.waiting} leads wait, ${blockedLeads} should`);
  return gaps;
}

function report(runs: BlockedRun[], { rows, workers }: RunOptions): Outcome {
  const of = (read: (run: BlockedRun) => number, digits = 1) => rounded(median(runs.map(read)), digits);
  const claims = runs.map(({ claimMs }) => rounded(claimMs, 2));
  const line = {
    scenario: 'blocked',
    processes: workers === 0 ? 'all' : `api + ${workers} workers`,
    leads: rows,
    callable: OPEN,
    claimMs: rounded(median(claims), 2),
    claimMustBeMs: MUST_BE.claimMs,
    floorClaimMs: of((run) => run.claimFewMs, 2),
    ratio: of((run) => run.claimMs / run.claimFewMs, 2),
    foundMs: of((run) => run.foundMs),
    sweepS: of((run) => run.sweepS),
    sweepProcessorS: mapParties((party) => of((run) => run.swept[party])),
    idleMsPerS: mapParties((party) => of((run) => run.idleMsPerS[party])),
    plan: runs[0]?.plan,
    runs: claims,
    spread: rounded(spreadOf(claims), 2),
  };
  return { line, broken: runs.flatMap(({ gaps }) => gaps) };
}
