import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACTIVE } from './active-setups.js';
import { AT_REST } from './rest-setups.js';
import { THROUGH } from './through-setups.js';
import { WAITING } from './waiting-setups.js';
import type { Setup } from './setup.js';
import { ExplainWorld } from './world.js';

/** Each rule is made true by what is in the database, and the ledger shows whether the lead was called. */
describe('why not called', () => {
  let world: ExplainWorld;

  beforeAll(async () => {
    world = await ExplainWorld.start({
      ...{ CALL_RATES: '{"1": 0.05}', CALL_TIME_LIMIT_S: '120', MACHINE_DETECTION: 'true' },
    });
  });
  afterAll(() => world.close());

  it.each(
    [...AT_REST, ...WAITING, ...ACTIVE, ...THROUGH].map((setup): [string, Setup] => [setup.name, setup]),
  )('should tell that %s', async (_, setup) => {
    const { lead, until, expected = {} } = await setup.setUp(world);
    const { reason, ends = 'at_time', status = 'pending', calls = 0 } = setup;
    const told = await world.explained(lead, reason);
    expect(told.reasons[0]).toMatchObject({
      code: reason,
      ends,
      evidence: { ...setup.evidence, ...expected },
    });
    expect(told.reasons.map(({ code }) => code)).toEqual([reason, ...(setup.also ?? [])]);
    expect(told).toMatchObject({ callable: false, leadStatus: status });
    const isTimed = ends === 'at_time';
    // One of two is told: when it may be called, or what that waits for.
    expect(told.waitsFor).toBe(isTimed ? null : (setup.waitsFor ?? reason));
    expect(told.nextAttemptAt).toEqual(isTimed ? (until ?? expect.any(String)) : null);
    expect(await world.row(lead)).toMatchObject({ status });
    expect(await world.placements(lead.number)).toBe(calls);
  });
});
