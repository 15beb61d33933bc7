import { LEAD_CLOCK, type CallingWindow, type ClosedReason, type Verdict } from './calling-window.js';
import type { Zones } from './number-zones.js';
import { RULE_PACKS, type RulePackName } from './rule-packs.js';
import { Schedule } from './schedule.js';
import { HORIZON_MS, Timeline, type Phase } from './timeline.js';

/** A schedule by the clock of one zone for all, or by each lead's. */
interface Part {
  schedule: Schedule;
  /** Null: the lead's. */
  zone: string | null;
}

/** What is known of leads with the same clocks. */
interface Standing {
  timelines: Timeline[];
  verdict: Verdict;
  /** The verdict holds from here on, and before there. Milliseconds since 1970. */
  from: number;
  until: number;
}

/** More than a campaign's leads have combinations of clocks; beyond it all are computed anew. */
const MOST_STANDINGS = 2000;
const NO_CLOCK: Zones = [];

/** When the leads of a campaign may be called: its window, narrowed by its rule pack. */
export class WindowRules {
  private readonly standings = new Map<Zones, Standing>();
  private readonly timelines = new Map<Part, Map<string, Timeline>>();
  /** Whether a verdict depends on the lead's own clock. */
  readonly needsClock: boolean;

  constructor(private readonly parts: readonly Part[]) {
    this.needsClock = parts.some(({ zone }) => zone === null);
  }

  /**
   * Whether a lead may be called that lives by one of these clocks: by each of them it must be open. A verdict is kept
   * until it changes, so that asking again costs a look-up.
   */
  verdict(zones: Zones, now: Date): Verdict {
    const time = now.getTime();
    const known = this.standings.get(zones);
    if (known && known.from <= time && time < known.until) return known.verdict;
    if (this.needsClock && zones.length === 0) return { open: false, reason: 'unknown_zone', opensAt: null };
    const timelines = known?.timelines ?? this.parts.flatMap((part) => this.timelinesOf(part, zones));
    if (this.standings.size >= MOST_STANDINGS) this.standings.clear();
    const standing = standingOf(timelines, time);
    this.standings.set(zones, standing);
    return standing.verdict;
  }

  /** Whether any lead may be called, as far as that is the same for all: by the campaign's own clock. */
  verdictOnAll(now: Date): Verdict {
    const own = this.parts.flatMap((part) => (part.zone === null ? [] : this.timelinesOf(part, NO_CLOCK)));
    return standingOf(own, now.getTime()).verdict;
  }

  private timelinesOf(part: Part, zones: Zones): Timeline[] {
    const byZone = this.timelines.get(part) ?? new Map<string, Timeline>();
    this.timelines.set(part, byZone);
    return (part.zone === null ? zones : [part.zone]).map((zone) => {
      const timeline = byZone.get(zone) ?? new Timeline(part.schedule, zone);
      byZone.set(zone, timeline);
      return timeline;
    });
  }
}

function standingOf(timelines: Timeline[], time: number): Standing {
  const phases = timelines.map((timeline) => timeline.phaseAt(time));
  const until = Math.min(...phases.map((phase) => phase.until));
  const closed = phases.find((phase) => phase.state !== 'open');
  const verdict = closed
    ? closedBy(closed, timelines, time)
    : { open: true as const, closesAt: dateAt(until) };
  return { timelines, verdict, from: time, until };
}

function closedBy({ state }: Phase, timelines: Timeline[], time: number): Verdict {
  return { open: false, reason: state as ClosedReason, opensAt: dateAt(firstCommonOpening(timelines, time)) };
}

/** The first instant at which all are open. Each step goes to where the last of those closed now opens. */
function firstCommonOpening(timelines: Timeline[], from: number): number {
  let time = from;
  while (time < from + HORIZON_MS) {
    const next = Math.max(...timelines.map((timeline) => timeline.opensAt(time)));
    if (next === time) return time;
    time = next;
  }
  return Infinity;
}

function dateAt(time: number): Date | null {
  return time === Infinity ? null : new Date(time);
}

const MOST_RULES = 500;
const rules = new Map<string, WindowRules>();

/** The rules of a campaign, the same object for the same words. Null: it may call at any time. */
export function windowRulesOf(window: CallingWindow | null, pack: RulePackName): WindowRules | null {
  if (!window && pack === 'none') return null;
  const key = JSON.stringify([window, pack]);
  let known = rules.get(key);
  if (!known) {
    if (rules.size >= MOST_RULES) rules.clear();
    known = new WindowRules([...windowPart(window), ...packPart(pack)]);
    rules.set(key, known);
  }
  return known;
}

function windowPart(window: CallingWindow | null): Part[] {
  if (!window) return [];
  const { timezone, hours, breaks, holidays, exceptDates } = window;
  const schedule = new Schedule({ hours, breaks, holidays: holidays ? [holidays] : [], exceptDates });
  return [{ schedule, zone: timezone === LEAD_CLOCK ? null : timezone }];
}

function packPart(name: RulePackName): Part[] {
  if (name === 'none') return [];
  return [{ schedule: new Schedule(RULE_PACKS[name], 'rule_pack'), zone: null }];
}
