import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sourcesOf, statesOf } from '../common/index.js';
import { LEAD_TRANSITIONS, type LeadStatus } from './lead.states.js';

describe('LEAD_TRANSITIONS', () => {
  it('should leave completed and failed only for a new run', () => {
    expect([LEAD_TRANSITIONS.completed, LEAD_TRANSITIONS.failed]).toEqual([['pending'], ['pending']]);
  });

  it('should complete a lead only out of a call', () => {
    expect(sourcesOf(LEAD_TRANSITIONS, 'completed')).toEqual(['calling']);
  });

  it('should let no sequence of moves call a lead that does not wait, nor end one that is not called', () => {
    const anyStatus = fc.constantFrom(...statesOf(LEAD_TRANSITIONS));
    fc.assert(
      fc.property(fc.array(anyStatus, { maxLength: 30 }), (wished) => {
        let now: LeadStatus = 'pending';
        for (const to of wished) {
          if (!sourcesOf(LEAD_TRANSITIONS, to).includes(now)) continue;
          if (to === 'calling') expect(now).toBe('pending');
          if (to === 'completed') expect(now).toBe('calling');
          now = to;
        }
      }),
    );
  });
});
