import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Database } from '../../src/database/index.js';
import { playThrough, readSimulation } from '../../src/forecast/index.js';
import type { HourRow } from '../../src/forecast/virtual/hours.js';
import type { RunResult } from '../../src/forecast/virtual/result.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { ROOT } from '../support/build.js';
import { scratchFolder, spawnNode } from '../support/processes.js';
import { DialerWorld, fictionalNumbers } from './dialer/world.js';

const MAIN = join(ROOT, 'dist', 'src', 'simulate.main.js');
const EXAMPLE = join(ROOT, 'docs', 'examples', 'spring-campaign.json');

interface Ending {
  status: number;
  stdout: string;
  stderr: string;
}

async function simulate(...args: string[]): Promise<Ending> {
  const child = await spawnNode([MAIN, ...args], {});
  const ending: Ending = { status: -1, stdout: '', stderr: '' };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (ending.stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (ending.stderr += text));
  [ending.status] = (await once(child, 'close')) as [number];
  return ending;
}

describe('npm run simulate', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await scratchFolder();
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function fileOf(value: object): Promise<string> {
    const path = join(folder, 'simulation.json');
    await writeFile(path, JSON.stringify(value));
    return path;
  }

  it('should play the example of the docs: 50,000 leads over days, hour by hour', async () => {
    const { status, stdout } = await simulate(EXAMPLE, '--json');
    expect(status).toBe(0);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    const { summary } = lines.pop() as { summary: RunResult };
    const hours = lines as HourRow[];
    expect(summary.end).toEqual({ status: 'completed', reason: null });
    expect(
      Object.values({ ...summary.leads.completed, ...summary.leads.failed }).reduce((a, b) => a + b),
    ).toBe(50_000);
    expect(hours.length).toBeGreaterThan(4 * 24);
    expect(hours.reduce((sum, { placed }) => sum + placed, 0)).toBe(summary.calls.placed);
  });

  it('should print a table, and read a list and a CSV file beside it', async () => {
    const numbers = fictionalNumbers(4);
    await writeFile(
      join(folder, 'leads.csv'),
      ['phone,priority', ...numbers.map((n) => `${n},1`), 'nonsense,1'].join('\n'),
    );
    const campaign = { name: 'Small', callDelay: 0 };
    const odds = { answered: 1 };
    const start = '2026-04-13T08:00:00Z';
    const fromCsv = await simulate(await fileOf({ campaign, odds, start, leads: 'leads.csv' }));
    expect(fromCsv.stdout).toMatch(/^ +hour \(UTC\) +placed/);
    expect(fromCsv.stdout).toContain('4 placed: answered 4');
    expect(fromCsv.stdout).toContain('1 rows were left out');
    const leads = numbers.map((phoneNumber) => ({ phoneNumber }));
    const fromList = await simulate(await fileOf({ campaign, odds, start, leads }));
    expect(fromList.stdout).toContain('4 placed: answered 4');
  });

  it.each([
    [{ leads: [] }, /campaign should not be null/],
    [
      { campaign: { name: 'x', maxConcurrent: 0 }, leads: [], start: '2026-04-13T08:00:00Z' },
      /maxConcurrent must/,
    ],
    [{ campaign: { name: 'x' }, leads: { count: 5 }, start: '2026-04-13T08:00:00Z' }, /leads must be a list/],
    [
      { campaign: { name: 'x' }, leads: { count: 5, countries: { XX: 1 } }, start: '2026-04-13T08:00:00Z' },
      /XX/,
    ],
    [
      { campaign: { name: 'x' }, leads: [{ phoneNumber: 5 }], start: '2026-04-13T08:00:00Z' },
      /leads.0.phoneNumber/,
    ],
    [
      { campaign: { name: 'x' }, leads: [], odds: { answered: 2 }, start: '2026-04-13T08:00:00Z' },
      /odds.answered/,
    ],
    [{ campaign: { name: 'x' }, leads: 'none.csv', start: '2026-04-13T08:00:00Z' }, /no such file/],
    [{ campaign: { name: 'x' }, leads: [], start: 'soon' }, /start must be an ISO 8601 time/],
    [
      { campaign: { name: 'x' }, leads: [], start: '2026-04-13T08:00:00Z', speed: 2 },
      /speed is not a known field/,
    ],
  ])('should refuse %j in words', async (value, words) => {
    const { status, stdout, stderr } = await simulate(await fileOf(value));
    expect(status).toBe(2);
    expect(stderr).toMatch(words);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(stdout).toBe('');
  });

  it('should say how it is used', async () => {
    expect((await simulate()).stderr.trim()).toBe('npm run simulate -- <file> [--json]');
  });
});

describe('a campaign played for real and virtually', () => {
  let app: TestApp;
  let world: DialerWorld;
  let folder: string;

  beforeAll(async () => {
    app = await startTestApp({ MACHINE_DETECTION: 'true' });
    world = new DialerWorld(app.url, app.simulator.url);
    folder = await scratchFolder();
  });
  afterAll(async () => {
    await app.close();
    await rm(folder, { recursive: true, force: true });
  });

  const OUTCOMES = [
    { outcome: 'answered' },
    { outcome: 'busy' },
    { outcome: 'no-answer', ringMs: 30 },
    { outcome: 'failed' },
    { outcome: 'failed', sipCode: 404 },
    { outcome: 'machine' },
    { refuse: 21211 },
    { outcome: 'busy', times: 1 },
  ];
  const CAMPAIGN = {
    ...{ name: 'Both ways', maxConcurrent: 6, callDelay: 0 },
    retryRules: [
      { on: 'busy', attempts: 2, delays: [50] },
      { on: 'no_answer', attempts: 1, delays: [80] },
      { on: 'failed', attempts: 2, delays: [10] },
      { on: 'voicemail', attempts: 1, delays: [20] },
    ],
  };

  it('should come to the same calls and the same ends', async () => {
    const numbers = fictionalNumbers(48, 200);
    const scripts = Object.fromEntries(numbers.map((number, i) => [number, OUTCOMES[i % OUTCOMES.length]]));
    const carrier = { odds: { answered: 1 }, ringMs: 5, talkMs: 40, numbers: scripts };
    await world.carrier(carrier);
    const path = join(folder, 'both-ways.json');
    const leads = numbers.map((phoneNumber) => ({ phoneNumber }));
    const account = { machineDetection: true };
    await writeFile(
      path,
      JSON.stringify({ campaign: CAMPAIGN, leads, account, start: new Date(), ...carrier }),
    );
    const virtual = playThrough((await readSimulation(path)).scenario);

    const id = await world.campaign(CAMPAIGN, numbers);
    await world.start(id);
    await world.until(id, 'completed');

    const real = await world.ledger();
    const { placed, refused } = virtual.calls;
    expect([real.placements.length, real.refused.length]).toEqual([placed, refused]);
    const { answered, busy, failed, no_answer, voicemail } = virtual.calls;
    expect(await callsByOutcome(id)).toEqual({ answered, busy, failed, no_answer, voicemail });
    expect(await leadsByReason(id, 'completed')).toEqual(virtual.leads.completed);
    expect(await leadsByReason(id, 'failed')).toEqual(virtual.leads.failed);
    expect(virtual.end).toEqual({ status: 'completed', reason: null });
  });

  const callsByOutcome = (id: string): Promise<Record<string, number>> =>
    counts(
      `SELECT outcome AS name, count(*)::int AS count FROM calls WHERE campaign_id = $1 AND carrier_sid IS NOT NULL GROUP BY 1`,
      [id],
    );

  const leadsByReason = (id: string, status: string): Promise<Record<string, number>> =>
    counts(
      `SELECT reason AS name, count(*)::int AS count FROM leads WHERE campaign_id = $1 AND status = $2 GROUP BY 1`,
      [id, status],
    );

  async function counts(sql: string, values: string[]): Promise<Record<string, number>> {
    const database = app.app.get(Database, { strict: false });
    const rows = await database.query<{ name: string; count: number }>(sql, values);
    return Object.fromEntries(rows.map(({ name, count }) => [name, count]));
  }
});
