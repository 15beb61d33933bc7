import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { statesOf } from '../common/index.js';
import {
  CALL_TRANSITIONS,
  OPEN_CALL_STATUSES,
  TERMINAL_CALL_STATUSES,
  callSourcesOf,
  type CallStatus,
} from './call.states.js';

const ORDER: CallStatus[] = ['queued', 'dialing', 'unknown', 'initiated', 'ringing', 'in-progress'];

describe('CALL_TRANSITIONS', () => {
  it('should split all states into open and terminal', () => {
    expect(OPEN_CALL_STATUSES.toSorted()).toEqual(ORDER.toSorted());
    expect([...OPEN_CALL_STATUSES, ...TERMINAL_CALL_STATUSES].toSorted()).toEqual(
      statesOf(CALL_TRANSITIONS).toSorted(),
    );
  });

  it('should go back only from dialing to queued', () => {
    const back = ORDER.flatMap((from, i) =>
      CALL_TRANSITIONS[from]
        .filter((to) => ORDER.includes(to) && ORDER.indexOf(to) < i)
        .map((to) => [from, to]),
    );
    expect(back).toEqual([['dialing', 'queued']]);
  });

  it('should let no sequence of moves leave a terminal state', () => {
    const anyStatus = fc.constantFrom(...statesOf(CALL_TRANSITIONS));
    fc.assert(
      fc.property(fc.array(anyStatus, { maxLength: 40 }), (wished) => {
        let now: CallStatus = 'queued';
        let ended: CallStatus | null = null;
        for (const to of wished) {
          if (callSourcesOf(to).includes(now)) now = to;
          if (ended !== null) expect(now).toBe(ended);
          if (TERMINAL_CALL_STATUSES.includes(now)) ended = now;
        }
      }),
    );
  });
});
