import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sourcesOf, statesOf, terminalStatesOf } from '../common/index.js';
import { LEAD_TRANSITIONS, type LeadStatus } from './lead.states.js';

describe('LEAD_TRANSITIONS', () => {
  it('should end in completed and failed only', () => {
    expect(terminalStatesOf(LEAD_TRANSITIONS)).toEqual(['completed', 'failed']);
  });

  it('should complete a lead only out of a call', () => {
    expect(sourcesOf(LEAD_TRANSITIONS, 'completed')).toEqual(['calling']);
  });

  it('should let no sequence of moves leave an end', () => {
    const anyStatus = fc.constantFrom(...statesOf(LEAD_TRANSITIONS));
    fc.assert(
      fc.property(fc.array(anyStatus, { maxLength: 30 }), (wished) => {
        let now: LeadStatus = 'pending';
        for (const to of wished) {
          const before: LeadStatus = now;
          if (sourcesOf(LEAD_TRANSITIONS, to).includes(now)) now = to;
          if (terminalStatesOf(LEAD_TRANSITIONS).includes(before)) expect(now).toBe(before);
        }
      }),
    );
  });
});
