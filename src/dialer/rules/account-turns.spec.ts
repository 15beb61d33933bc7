import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { askForTurn, patienceFor, type TurnQueue } from './account-turns.js';

const EMPTY: TurnQueue = { virtualTime: 0, flows: {} };
const STEP_MS = 100;
const PATIENCE = patienceFor(STEP_MS);

interface Flow {
  campaignId: string;
  weight: number;
  /** Milliseconds by which it asks late. */
  lateMs: number;
}

/** Each campaign always has a call that waits. @returns turns by campaign */
function play(flows: Flow[], turns: number): Map<string, number> {
  const got = new Map(flows.map(({ campaignId }) => [campaignId, 0]));
  const asks = flows.map((flow) => ({ ...flow, at: flow.lateMs }));
  let queue = EMPTY;
  let dueAt = 0;
  for (let given = 0; given < turns;) {
    const next = asks.toSorted((a, b) => a.at - b.at)[0]!;
    const isDue = next.at >= dueAt;
    const asksAgainAt = isDue ? next.at + 10 : dueAt;
    const { campaignId, weight, at: now } = next;
    const answer = askForTurn(queue, { campaignId, weight, now, isDue, asksAgainAt, patience: PATIENCE });
    queue = answer.queue;
    if (answer.granted) {
      dueAt = now + STEP_MS;
      got.set(campaignId, got.get(campaignId)! + 1);
      given += 1;
    }
    // Its next call asks as soon as this one is placed, and then again when the turn is due.
    next.at = (answer.granted ? now + 1 : asksAgainAt) + next.lateMs;
  }
  return got;
}

describe('askForTurn', () => {
  it('should give the only one who asks every turn that is due', () => {
    const one = { campaignId: 'a', weight: 1, asksAgainAt: 0, patience: PATIENCE };
    const first = askForTurn(EMPTY, { ...one, now: 1000, isDue: true });
    const early = askForTurn(first.queue, { ...one, now: 1050, isDue: false });
    const second = askForTurn(early.queue, { ...one, now: 1100, isDue: true });
    expect([first, early, second].map(({ granted }) => granted)).toEqual([true, false, true]);
  });

  it('should keep a turn for a campaign that has had less and is about to ask', () => {
    const waiting = { start: 1, asksAt: 1003, seenAt: 900 };
    const queue = { virtualTime: 5, flows: { a: waiting, b: { start: 6, asksAt: 1000, seenAt: 900 } } };
    const ask = { campaignId: 'b', weight: 1, now: 1000, isDue: true, asksAgainAt: 1010, patience: PATIENCE };
    expect(askForTurn(queue, ask).granted).toBe(false);
    const gone = { ...queue, flows: { ...queue.flows, a: { ...waiting, asksAt: 900 } } };
    expect(askForTurn(gone, ask).granted).toBe(true);
  });

  it('should forget campaigns that ask no more', () => {
    const queue = { virtualTime: 5, flows: { a: { start: 1, asksAt: null, seenAt: 0 } } };
    const ask = { campaignId: 'b', weight: 1, isDue: true, asksAgainAt: 0, patience: PATIENCE };
    expect(Object.keys(askForTurn(queue, { ...ask, now: 10_000 }).queue.flows)).toEqual(['b']);
  });

  it('should share turns by weight within two turns, though some ask late', () => {
    const anyFlows = fc.array(
      fc.record({ weight: fc.integer({ min: 1, max: 10 }), lateMs: fc.integer({ min: 0, max: 8 }) }),
      { minLength: 2, maxLength: 5 },
    );
    fc.assert(
      fc.property(anyFlows, (list) => {
        const flows = list.map((flow, i) => ({ ...flow, campaignId: String(i) }));
        const weights = flows.reduce((sum, { weight }) => sum + weight, 0);
        const got = play(flows, 20 * weights);
        for (const { campaignId, weight } of flows) {
          expect(Math.abs(got.get(campaignId)! - 20 * weight)).toBeLessThanOrEqual(2);
        }
      }),
    );
  });
});
