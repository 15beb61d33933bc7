import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SELF_PAUSES } from '../../../src/campaigns/campaign.entity.js';
import { REASON_CODES } from '../../../src/dialer/explain/reasons.js';
import { expectBlockedAgrees } from './blocked-agrees.js';
import type { Made, Setup } from './setup.js';
import { TABLES } from './tables.js';
import type { Explanation } from './told.js';
import { ExplainWorld } from './world.js';

const SETUPS = TABLES.flatMap(({ setups }) => setups);

describe('the cases', () => {
  it('should show every reason there is', () => {
    const shown = new Set(SETUPS.flatMap(({ reason, also = [] }) => [reason, ...also]));
    expect(REASON_CODES.filter((code) => !shown.has(code))).toEqual([]);
  });

  it('should show everything that a campaign pauses itself for', () => {
    const shown = new Set(SETUPS.map(({ pause }) => pause));
    expect(SELF_PAUSES.filter((code) => !shown.has(code))).toEqual([]);
  });
});

/** Each rule is made true by what is in the database, and the ledger shows whether the lead was called. */
describe.each(TABLES)('why not called: $words', ({ settings, setups, areApart }) => {
  let world: ExplainWorld;

  beforeAll(async () => {
    world = await ExplainWorld.start(settings);
  });
  afterAll(() => world.close());

  it.each(setups)('should tell that $name', { concurrent: areApart }, async (setup) => {
    const made = await setup.setUp(world);
    const { lead } = made;
    const told = await world.explained(lead, setup.reason);
    expectReasons(setup, made, told);
    expectNext(setup, made, told);
    const { status = 'pending', calls = 0 } = setup;
    expect(told).toMatchObject({ callable: false, leadStatus: status });
    expect(await world.rows.lead(lead)).toMatchObject({ status });
    expect(await world.placements(lead.number)).toBe(calls);
    await expectBlockedAgrees(world, lead);
    await made.after?.();
  });
});

/** The one that decides and all others, in their order, each with its evidence. */
function expectReasons(setup: Setup, { expected = {}, others = {} }: Made, { reasons }: Explanation): void {
  const { reason: code, ends = 'at_time', also = [], says = /./ } = setup;
  const evidence = { ...setup.evidence, ...expected };
  expect(Object.keys(evidence), 'evidence to be checked').not.toEqual([]);
  expect(Object.keys(others), 'evidence of the others').toEqual(also);
  expect(reasons.map((each) => each.code)).toEqual([code, ...also]);
  expect(reasons[0]).toMatchObject({ code, ends, evidence, message: expect.stringMatching(says) as string });
  for (const [i, other] of also.entries()) {
    expect(reasons[i + 1]).toMatchObject({ code: other, evidence: others[other] });
  }
}

/** One of two is told: when it may be called, or what that waits for. */
function expectNext(setup: Setup, { until, next }: Made, told: Explanation): void {
  const { reason, ends = 'at_time', waitsFor = reason } = setup;
  const [first] = told.reasons;
  if (ends !== 'at_time') {
    expect(until, 'a time of what has none').toBeUndefined();
    expect([told.waitsFor, told.nextAttemptAt, first?.until]).toEqual([waitsFor, null, null]);
    return;
  }
  if (until === undefined) throw new Error('A case of what is timed works out the time');
  const { from, to } = typeof until === 'string' ? { from: until, to: until } : until;
  expect([told.waitsFor, told.nextAttemptAt]).toEqual([null, next ?? first?.until]);
  expect(first?.until?.localeCompare(from), `${first?.until} before ${from}`).not.toBe(-1);
  expect(first?.until?.localeCompare(to), `${first?.until} after ${to}`).not.toBe(1);
}
