import { groupBy, hasRung } from '../docket.js';
import type { Docket, Placed, Violation } from '../evidence.js';

const broken = (sentence: string, evidence: Record<string, unknown>): Violation => ({
  invariant: 1,
  rule: 'one-placement',
  sentence,
  evidence,
});

/** 1: a call row leads to at most one placement, every placement belongs to a row, and the row knows it. */
export function onePlacement(docket: Docket): Violation[] {
  const sids = new Set(docket.placed.map((each) => each.sid));
  return [
    ...docket.placed.flatMap(belongsToARow),
    ...placedOnce(docket),
    ...knownByItsRow(docket),
    ...oneRingPerAttempt(docket),
    ...docket.calls.flatMap((call) => sidIsReal(sids, call)),
  ];
}

function belongsToARow(placement: Placed): Violation[] {
  const { sid, to, callId, call } = placement;
  if (!call) return [broken(`The placement ${sid} belongs to no call row`, { sid, to, callId })];
  if (call.phoneNumber === to) return [];
  return [broken(`The placement ${sid} rang another number than its call's`, { sid, to, call: call.id })];
}

function placedOnce({ placed }: Docket): Violation[] {
  return [...groupBy(placed, (each) => each.callId)]
    .filter(([, placements]) => placements.length > 1)
    .map(([callId, placements]) =>
      broken(`The call ${callId} was placed ${placements.length} times`, {
        placements: placements.map(({ sid, to, placedAt }) => ({ sid, to, placedAt })),
      }),
    );
}

/** A call that ended as if it had never been placed, although it was, will be dialed again. */
function knownByItsRow({ placed }: Docket): Violation[] {
  return placed.flatMap(({ sid, call, placedAt, status }) => {
    if (!call || call.carrierSid === sid) return [];
    const { id, carrierSid, errorCode } = call;
    return [
      broken(`The call ${id} does not know its placement ${sid}`, {
        row: { status: call.status, carrierSid, errorCode },
        placedAt,
        status,
      }),
    ];
  });
}

/** An attempt may be placed anew only if the carrier took the call back before the phone rang. */
function oneRingPerAttempt({ placed }: Docket): Violation[] {
  const rang = placed.filter((each) => each.call?.leadId && hasRung(each));
  const attempts = groupBy(rang, ({ call }) => call && `${call.leadId ?? ''} ${call.attempt}`);
  return [...attempts]
    .filter(([, placements]) => new Set(placements.map((each) => each.callId)).size > 1)
    .map(([key, placements]) =>
      broken(`Attempt ${key.split(' ')[1] ?? ''} of lead ${key.split(' ')[0] ?? ''} rang more than once`, {
        placements: placements.map(({ sid, callId, placedAt, status }) => ({
          sid,
          callId,
          placedAt,
          status,
        })),
      }),
    );
}

function sidIsReal(sids: ReadonlySet<string>, call: { id: string; carrierSid: string | null }): Violation[] {
  const { id, carrierSid } = call;
  if (carrierSid === null || sids.has(carrierSid)) return [];
  return [broken(`The call ${id} names a carrier call that never was`, { carrierSid })];
}
