import { describe, expect, it } from 'vitest';
import { pendingReasons, type PendingFacts } from './pending-lead.js';

const NOW = new Date('2026-11-26T12:00:00Z');
const LATER = new Date('2026-11-26T14:00:00Z');

/** A lead that was put aside until later, and of which nothing of now says why. */
function told(blockedReason: PendingFacts['lead']['blockedReason'], over: Partial<PendingFacts> = {}) {
  const lead = { phoneNumber: '+12025550101', timezone: null, attempts: 0, lastAttemptAt: null };
  const facts = {
    ...{ now: NOW, hasNewWindow: false, judgements: [], windows: [], suppressions: [], cap: null },
    ...{ counted: [], otherCall: null, lastCalls: [], retries: {} },
  };
  return pendingReasons({
    ...{ ...facts, lead: { ...lead, blockedReason, nextAttemptAt: LATER } },
    ...over,
  }).map(({ code, ends, until }) => [code, ends, until]);
}

describe('pendingReasons', () => {
  it('should tell what is written down, until then', () => {
    expect(told('outside_window')).toEqual([['outside_window', 'at_time', LATER]]);
    expect(told('outside_window', { now: LATER })).toEqual([['outside_window', 'by_itself', null]]);
  });

  it('should not believe what is written down of a window that was changed, but all else', () => {
    const changed = { hasNewWindow: true };
    for (const code of ['outside_window', 'break', 'holiday', 'rule_pack'] as const) {
      expect(told(code, changed)).toEqual([]);
    }
    expect(told('retry_wait', changed)).toEqual([['retry_wait', 'at_time', LATER]]);
    expect(
      told('outside_window', {
        ...changed,
        judgements: [{ kind: 'wait', until: LATER, reason: 'outside_window' }],
      }),
    ).toEqual([['outside_window', 'at_time', LATER]]);
  });
});
