import { describe, expect, it } from 'vitest';
import { isReopened } from './reopen.js';

describe('isReopened', () => {
  it.each([
    // [status, reason, none, failed, unreached, all]
    ['completed', 'answered', false, false, false, true],
    ['completed', 'voicemail', false, false, true, true],
    ['completed', 'opted_out', false, false, false, false],
    ['completed', null, false, false, false, true],
    ['failed', 'busy', false, true, true, true],
    ['failed', 'no_answer', false, true, true, true],
    ['failed', 'failed', false, true, true, true],
    ['failed', null, false, true, true, true],
    ['failed', 'suppressed', false, false, false, false],
    ['failed', 'erased', false, false, false, false],
    ['failed', 'carrier_21211', false, false, false, false],
    ['pending', null, false, false, false, false],
    ['calling', null, false, false, false, false],
  ])('should decide on a lead %s (%s)', (status, reason, ...expected) => {
    const rules = ['none', 'failed', 'unreached', 'all'] as const;
    expect(rules.map((rule) => isReopened(rule, { status, reason }))).toEqual(expected);
  });
});
