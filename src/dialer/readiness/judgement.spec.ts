import { describe, expect, it } from 'vitest';
import { combined, MAY_CALL, type Judgement } from './judgement.js';

const at = (hour: number): Date => new Date(Date.UTC(2026, 0, 1, hour));
const until = (hour: number): Judgement => ({ kind: 'call', dialBefore: at(hour) });
const wait = (hour: number): Judgement => ({ kind: 'wait', until: at(hour), reason: 'outside_window' });
const SUPPRESSED: Judgement = { kind: 'fail', reason: 'suppressed' };
const NEVER: Judgement = { kind: 'fail', reason: 'never_in_window' };

describe('combined', () => {
  it.each<[string, Judgement[], Judgement]>([
    ['let call where no rule says anything', [], MAY_CALL],
    ['take the earliest end', [until(3), MAY_CALL, until(1), until(2)], until(1)],
    ['let a wait count over a call', [until(1), wait(2)], wait(2)],
    [
      'take the longest wait',
      [wait(2), { ...wait(4), reason: 'rule_pack' } as Judgement, wait(3)],
      {
        kind: 'wait',
        until: at(4),
        reason: 'rule_pack',
      },
    ],
    ['let a failure count over all, whatever the order', [wait(2), MAY_CALL, NEVER], NEVER],
    ['take the first of two failures', [SUPPRESSED, wait(1), NEVER], SUPPRESSED],
  ])('should %s', (_, judgements, expected) => {
    expect(combined(judgements)).toEqual(expected);
  });
});
