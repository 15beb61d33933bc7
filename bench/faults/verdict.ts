import type { Evidence, Violation } from '../judge/evidence.js';
import { judge } from '../judge/judge.js';
import { rounded } from '../support/slot-use.js';
import type { Stage } from './stage.js';

/** What came of one scenario. */
export interface Verdict {
  name: string;
  /** Calls that the carrier really made. */
  calls: number;
  faults: number;
  violations: Violation[];
  /** From the last fault until every call that was open then had ended in our books. Seconds; null: none was open. */
  healS: number | null;
  /** From the last fault to the next placement. Seconds; null: nothing was left to place. */
  resumeS: number | null;
  tookS: number;
  deaths: ReadonlyMap<string, number>;
}

/** Reads what the scenario left behind and has it judged. */
export async function verdictOn(name: string, stage: Stage, tookMs: number): Promise<Verdict> {
  const evidence = await stage.evidence();
  const { lastFaultAt, faults, deaths } = stage;
  return {
    name,
    calls: evidence.ledger.placements.length,
    faults,
    violations: judge(evidence),
    healS: lastFaultAt === null ? null : healedAfter(evidence, lastFaultAt),
    resumeS: lastFaultAt === null ? null : resumedAfter(evidence, lastFaultAt),
    tookS: rounded(tookMs / 1000, 1),
    deaths,
  };
}

function healedAfter({ calls, events }: Evidence, since: number): number | null {
  const claimedAt = new Map(
    events.filter((event) => event.type === 'call.claimed').map((event) => [event.callId, event.at]),
  );
  const ends = calls
    .filter((call) => (claimedAt.get(call.id) ?? Infinity) <= since)
    .map((call) => call.endedAt ?? Infinity)
    .filter((endedAt) => endedAt > since);
  return ends.length === 0 ? null : rounded((Math.max(...ends) - since) / 1000, 1);
}

function resumedAfter({ ledger }: Evidence, since: number): number | null {
  const later = ledger.placements.map((each) => each.placedAt).filter((at) => at > since);
  return later.length === 0 ? null : rounded((Math.min(...later) - since) / 1000, 1);
}
