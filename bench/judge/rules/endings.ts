import type { CallFact, Docket, EventFact, Violation } from '../evidence.js';

const broken = (sentence: string, evidence: Record<string, unknown>): Violation => ({
  invariant: 7,
  rule: 'endings',
  sentence,
  evidence,
});

/** The ends of a call's life, and what each may be called as an outcome. */
const ENDS: Readonly<Record<string, readonly string[]>> = {
  completed: ['answered', 'voicemail'],
  busy: ['busy'],
  'no-answer': ['no_answer'],
  failed: ['failed'],
  canceled: ['canceled'],
};

type Held = 'nothing' | 'queued' | 'dialing' | 'unknown' | 'at-carrier' | 'ended';

/**
 * Our own decisions about a call and from where each may be taken. What the carrier tells comes in any order and is
 * judged by where the call ended; what we decide ourselves goes forward only, `dialing → queued` excepted.
 */
const DECISIONS: Readonly<Record<string, { from: readonly Held[]; to: Held }>> = {
  'call.claimed': { from: ['nothing'], to: 'queued' },
  'call.dialing': { from: ['queued'], to: 'dialing' },
  'call.requeued': { from: ['queued', 'dialing'], to: 'queued' },
  'call.unknown': { from: ['dialing'], to: 'unknown' },
  'call.placed': { from: ['dialing', 'unknown'], to: 'at-carrier' },
  'call.refused': { from: ['dialing'], to: 'ended' },
  'call.given_up': { from: ['unknown', 'at-carrier', 'dialing'], to: 'ended' },
  'call.withdrawn': { from: ['queued', 'dialing', 'unknown', 'at-carrier'], to: 'ended' },
};

/** 7: every call ends, its end is recorded once, and its life goes forward only; nothing is open in the end. */
export function endings(docket: Docket): Violation[] {
  const { ledger } = docket;
  return [
    ...(ledger.open === 0 ? [] : [broken(`${ledger.open} calls are still open at the carrier`, {})]),
    ...docket.calls.flatMap((call) => {
      const events = docket.eventsByCall.get(call.id) ?? [];
      return [...hasEnded(call, events), ...goesForward(call, events)];
    }),
    ...[...docket.eventsByCall].flatMap(([callId, events]) =>
      docket.callById.has(callId)
        ? []
        : [broken(`Events are told of ${callId}, which is no call`, { events })],
    ),
    ...docket.placed.flatMap(({ sid, forged }) =>
      forged?.accepted ? [broken(`Forged callbacks about ${sid} were accepted`, { forged })] : [],
    ),
  ];
}

function hasEnded(call: CallFact, events: EventFact[]): Violation[] {
  const { id, status, outcome, endedAt } = call;
  const outcomes = ENDS[status];
  if (!outcomes) return [broken(`The call ${id} has not ended: it is ${status}`, { call, events })];
  if (endedAt === null) return [broken(`The call ${id} is ${status} without a time of its end`, { call })];
  if (outcome === null || !outcomes.includes(outcome))
    return [broken(`The call ${id} is ${status}, its outcome ${outcome ?? 'missing'}`, { call })];
  if (!events.some((event) => event.status === status))
    return [broken(`No event tells that the call ${id} ended as ${status}`, { call, events })];
  return [];
}

function goesForward(call: CallFact, events: EventFact[]): Violation[] {
  let held: Held = 'nothing';
  for (const event of events) {
    const decision = DECISIONS[event.type];
    if (!decision) continue;
    if (!decision.from.includes(held)) {
      return [broken(`${event.type} of the call ${call.id} came when it was ${held}`, { events })];
    }
    held = decision.to;
  }
  return held === 'nothing' ? [broken(`The call ${call.id} was never claimed`, { events })] : [];
}
