import type pg from 'pg';
import type { Ledger } from './carrier-ledger.js';
import { percentile, rounded } from './statistics.js';

/** When our side of a call happened, by the database's clock. Epoch ms. */
interface Marks {
  to: string;
  /** The claim inserted the call. */
  claimedAt: number;
  /** The guard let the placement go: the last statement before the request is written. */
  guardedAt: number;
  /** The terminal callback was written down. */
  toldAt: number;
}

/** Stretches between the end of a call and the placement that takes its slot, one number a refill. Milliseconds. */
export interface Stretches {
  /** From the instant the carrier ends the call and sends the callback, to the instant it has the next placement's request. */
  whole: number[];
  /** Within it: from the callback's row to the guard's row of the next placement. */
  within: number[];
  /** The carrier ends the call → its callback's row. */
  told: number[];
  /** The callback's row → the row of the call that takes the slot. */
  claimed: number[];
  /** The row of a call → its guard's. */
  guarded: number[];
  /** The guard's row → the carrier has the request. */
  sent: number[];
}

const MS = (when: string) => `extract(epoch FROM min(e.at) FILTER (WHERE ${when}))::float8 * 1000`;
const MARKS = `SELECT c.phone_number AS "to", ${MS(`e.type = 'call.claimed'`)} AS "claimedAt",
    ${MS(`e.type = 'call.dialing'`)} AS "guardedAt",
    ${MS(`e.type = 'carrier.callback' AND e.status = 'completed'`)} AS "toldAt"
  FROM calls c JOIN call_events e ON e.call_id = c.id WHERE c.campaign_id = $1 GROUP BY c.id`;

/**
 * Of a campaign that called each number once over so many slots. The k-th end frees the slot that the placement number
 * `slots` + k takes, whichever calls they were. Ledger and database read one machine's clock.
 */
export async function readStretches(
  sql: pg.ClientBase,
  campaignId: string,
  { placements }: Ledger,
  slots: number,
): Promise<Stretches> {
  const marks = (await sql.query<Marks>(MARKS, [campaignId])).rows;
  const markOf = new Map(marks.map((mark) => [mark.to, mark]));
  const both = placements.flatMap((placement) => {
    const mark = markOf.get(placement.to);
    return mark && placement.endedAt !== null ? [{ ...placement, ...mark, endedAt: placement.endedAt }] : [];
  });
  const refills = both.toSorted((a, b) => a.placedAt - b.placedAt).slice(slots);
  const freed = (ends: number[], starts: number[]) => {
    const [inOrder, filled] = [ends.toSorted(ascending), starts.toSorted(ascending).slice(slots)];
    return filled.map((at, k) => at - (inOrder[k] ?? NaN));
  };
  const every = <K extends keyof (typeof both)[number]>(name: K) => both.map((call) => call[name]);
  return {
    whole: freed(every('endedAt'), every('placedAt')),
    within: freed(every('toldAt'), every('guardedAt')),
    told: both.map((call) => call.toldAt - call.endedAt),
    claimed: freed(every('toldAt'), every('claimedAt')),
    guarded: refills.map((call) => call.guardedAt - call.claimedAt),
    sent: refills.map((call) => call.placedAt - call.guardedAt),
  };
}

export function halfAndMost(values: number[]): { p50: number; p99: number } {
  return { p50: rounded(percentile(values, 50), 1), p99: rounded(percentile(values, 99), 1) };
}

const ascending = (a: number, b: number): number => a - b;
