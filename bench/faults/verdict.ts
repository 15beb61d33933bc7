import type { Evidence, Violation } from '../judge/evidence.js';
import { judge } from '../judge/judge.js';
import { rounded } from '../support/statistics.js';
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
  /** From a fault to the next placement, at worst. Seconds; null: nothing was left to place. */
  resumeS: number | null;
  tookS: number;
  deaths: ReadonlyMap<string, number>;
}

/** Reads what the scenario left behind and has it judged. */
export async function verdictOn(name: string, stage: Stage, tookMs: number): Promise<Verdict> {
  const evidence = await stage.evidence();
  const { lastFaultAt, deaths } = stage;
  const faultTimes = stage.struckAt.length > 0 ? stage.struckAt : [lastFaultAt ?? Infinity];
  const waits = faultTimes.map((at) => resumedAfter(evidence, at)).filter((wait) => wait !== null);
  const resumeS = waits.length === 0 ? null : Math.max(...waits);
  return {
    name,
    calls: evidence.ledger.placements.length,
    faults: await stage.faultsOfAll(),
    violations: [...stage.objections, ...judge(evidence), ...tooLate(resumeS, stage.mustResumeWithinMs)],
    healS: lastFaultAt === null ? null : healedAfter(evidence, lastFaultAt),
    resumeS,
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

/** 8: the loss of a service costs seconds. */
function tooLate(resumeS: number | null, withinMs: number | null): Violation[] {
  if (resumeS === null || withinMs === null || resumeS * 1000 <= withinMs) return [];
  const sentence = `Dialing went on only ${resumeS} s after a service was back, ${withinMs / 1000} s are allowed`;
  return [{ invariant: 8, rule: 'resume', sentence, evidence: { resumeS } }];
}
