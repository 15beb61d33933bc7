import { LEAD_CLOCK, type CallingWindow, type ClosedReason, type Verdict } from './calling-window.js';
import type { Zones } from './number-zones.js';
import { RULE_PACKS, type RulePackName } from './rule-packs.js';
import { Schedule } from './schedule.js';
import { HORIZON_MS, Timeline } from './timeline.js';

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
  /** Null: it is open. */
  opens: Opening | null;
}

/** The next time that all are open, and since when that is so; Infinity: not within the horizon from there. Milliseconds since 1970. */
interface Opening {
  from: number;
  at: number;
}

/** More than a campaign's leads have combinations of clocks; beyond it all are computed anew. */
const MOST_STANDINGS = 2000;
/** Of all campaigns together, some 300 bytes each. */
const MOST_IN_ALL = 20_000;
const NO_CLOCK: Zones = [];

/** When the leads of a campaign may be called: its window, narrowed by its rule pack. */
export class WindowRules {
  private readonly standings = new Map<Zones, Standing>();
  private readonly timelines = new Map<Part, Map<string, Timeline>>();
  private onAll: Standing | undefined;
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
    if (known && isCurrent(known, time)) return known.verdict;
    if (this.needsClock && zones.length === 0) return { open: false, reason: 'unknown_zone', opensAt: null };
    const timelines = known?.timelines ?? this.parts.flatMap((part) => this.timelinesOf(part, zones));
    if (this.standings.size >= MOST_STANDINGS) this.forget();
    const standing = standingOf(timelines, time, known);
    this.standings.set(zones, standing);
    return standing.verdict;
  }

  /** Whether any lead may be called, as far as that is the same for all: by the campaign's own clock. */
  verdictOnAll(now: Date): Verdict {
    const time = now.getTime();
    if (this.onAll && isCurrent(this.onAll, time)) return this.onAll.verdict;
    const own = this.parts.flatMap((part) => (part.zone === null ? [] : this.timelinesOf(part, NO_CLOCK)));
    this.onAll = standingOf(own, time, this.onAll);
    return this.onAll.verdict;
  }

  /** Leads with the same clocks, of whom something is known. */
  get size(): number {
    return this.standings.size;
  }

  private forget(): void {
    this.standings.clear();
    this.timelines.clear();
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

function isCurrent({ from, until }: Standing, time: number): boolean {
  return from <= time && time < until;
}

/** @param known of the same leads at another time */
function standingOf(timelines: Timeline[], time: number, known?: Standing): Standing {
  const phases = timelines.map((timeline) => timeline.phaseAt(time));
  const until = Math.min(...phases.map((phase) => phase.until));
  const closed = phases.find((phase) => phase.state !== 'open');
  if (!closed)
    return { timelines, verdict: { open: true, closesAt: dateAt(until) }, from: time, until, opens: null };
  const opens = stillOpensAt(known, time) ?? firstCommonOpening(timelines, time);
  const verdict: Verdict = { open: false, reason: closed.state as ClosedReason, opensAt: dateAt(opens.at) };
  return { timelines, verdict, from: time, until, opens };
}

/** What was found at an earlier time that was closed too: a search may look through a year. */
function stillOpensAt(known: Standing | undefined, time: number): Opening | null {
  const opens = known?.opens;
  return opens && opens.from <= time && time < opens.at && opens.at < Infinity ? opens : null;
}

/**
 * The first instant at which all are open. They are asked in turn, from where the last one opens, until all agree. Whoever
 * disagrees is asked first from then on: two that are never open together need not ask the forty others each time.
 */
function firstCommonOpening(timelines: readonly Timeline[], from: number): Opening {
  const order = [...timelines];
  let time = from;
  for (let agreed = 0; agreed < order.length;) {
    const next = order[agreed]?.opensAt(time) ?? time;
    if (next >= from + HORIZON_MS) return { from, at: Infinity };
    if (next === time) agreed += 1;
    else {
      order.unshift(...order.splice(agreed, 1));
      agreed = 1;
      time = next;
    }
  }
  return { from, at: time };
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
    if (rules.size >= MOST_RULES || standingsOf(rules.values()) > MOST_IN_ALL) rules.clear();
    known = new WindowRules([...windowPart(window), ...packPart(pack)]);
    rules.set(key, known);
  }
  return known;
}

function standingsOf(all: Iterable<WindowRules>): number {
  let sum = 0;
  for (const { size } of all) sum += size;
  return sum;
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
