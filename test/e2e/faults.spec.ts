import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Crew } from '../../bench/faults/crew.js';
import type { FaultScenario, Measure } from '../../bench/faults/scenario.js';
import { callbacks } from '../../bench/faults/scenarios/callbacks.js';
import { checkpoints } from '../../bench/faults/scenarios/checkpoints.js';
import { kills } from '../../bench/faults/scenarios/kills.js';
import { lostAnswers } from '../../bench/faults/scenarios/lost-answers.js';
import type { Site } from '../../bench/faults/site.js';
import { perform } from '../../bench/faults/perform.js';
import type { Verdict } from '../../bench/faults/verdict.js';
import { freePort } from '../../src/embedded/ports.js';
import { startSimulator, type Simulator } from '../../src/simulator/index.js';
import { ROOT } from '../support/build.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { scratchFolder } from '../support/processes.js';
import { createTestRedis } from '../support/redis.js';

/** A different seed is a different test: change it only on purpose. */
const SEED = 20;
const MEASURE: Measure = {
  kills: 6,
  calls: 150,
  perCheckpoint: 1,
  carrierCalls: 0,
  callbackCalls: 100,
  restarts: 0,
  suspensions: 0,
  awayS: 0,
  lostAnswers: 20,
  hammerS: 0,
};
const POINTS = [
  { label: 'claim.committed', at: 'worker', latest: 1 },
  { label: 'placement.sent', at: 'worker', latest: 3 },
  { label: 'callback.in-transaction', at: 'api', latest: 5 },
  { label: 'pause.committed', at: 'api', latest: 1 },
] as const;
const ACCOUNT = { accountSid: `AC${'7'.repeat(32)}`, authToken: 'a-token-of-the-faults' };

/** A minute of what `npm run test:faults` does for longer (docs/faults.md). */
describe('faults thrown at two workers and one API process', () => {
  let database: TestDatabase;
  let simulator: Simulator;
  let site: Site;
  let crew: Crew;
  let apiUrl: string;

  beforeAll(async () => {
    database = await createTestDatabase();
    simulator = await startSimulator({ ...ACCOUNT, seed: SEED });
    site = {
      main: join(ROOT, 'dist', 'src', 'main.js'),
      dir: await scratchFolder(),
      databaseUrl: database.url,
      redisUrl: (await createTestRedis()).url,
      carrier: { url: simulator.url, ...ACCOUNT },
    };
    const port = await freePort();
    apiUrl = `http://127.0.0.1:${port}/api/v1`;
    crew = new Crew(site, port);
    await crew.start(AbortSignal.timeout(60_000));
  });

  afterAll(async () => {
    await crew.end();
    await simulator.close();
    await database.drop();
    await rm(site.dir, { recursive: true, force: true });
  });

  const play = (scenario: FaultScenario): Promise<Verdict> =>
    perform(scenario, {
      site,
      crew,
      apiUrl,
      seed: SEED,
      measure: MEASURE,
      signal: AbortSignal.timeout(110_000),
    });

  it('should ring nobody twice and lose nobody when processes are killed at random instants', async () => {
    const verdict = await play(kills);
    expect(verdict.violations).toEqual([]);
    expect(verdict.faults).toBe(MEASURE.kills);
    expect(verdict.calls).toBeGreaterThanOrEqual(MEASURE.calls);
  }, 120_000);

  it('should survive a death at each of the labelled points', async () => {
    const verdict = await play(checkpoints(POINTS));
    expect(verdict.violations).toEqual([]);
    expect([...verdict.deaths.keys()].toSorted()).toEqual(POINTS.map(({ label }) => label).toSorted());
  }, 120_000);

  it('should do nothing twice when the answers of Postgres are lost', async () => {
    const verdict = await play(lostAnswers);
    expect(verdict.violations).toEqual([]);
    expect(verdict.faults).toBeGreaterThanOrEqual(MEASURE.lostAnswers);
  }, 120_000);

  it('should end every call once when callbacks are lost, repeated, overtaken and forged', async () => {
    const verdict = await play(callbacks);
    expect(verdict.violations).toEqual([]);
    expect(verdict.calls).toBeGreaterThanOrEqual(MEASURE.callbackCalls);
    expect(verdict.faults).toBeGreaterThan(MEASURE.callbackCalls);
  }, 120_000);
});
