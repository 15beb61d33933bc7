import { CronExpressionParser, type CronExpression } from 'cron-parser';
import { IANAZone } from 'luxon';
import { zoneNamed } from '../../compliance/index.js';

/** When something recurs: a cron expression of five fields, read on the clocks of an IANA zone. */
export interface CronRule {
  cron: string;
  timezone: string;
}

/** Why an expression is refused. */
export type CronProblem = 'not_five_fields' | 'unknown_words' | 'not_valid' | 'too_frequent' | 'never';

/** Minutes between two instants of an expression, at least: a campaign needs time to call somebody. */
export const MIN_GAP_MINUTES = 5;

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** No zone's clocks are farther from UTC, and none was ever turned farther at once (Samoa left out a day). */
const MOST_TURNED_MS = 26 * 60 * MINUTE_MS;

const NAMES = 'JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC|SUN|MON|TUE|WED|THU|FRI|SAT';
/** Plain cron. No `H`, which means another minute each time it is read, and none of Quartz's `L W # ?`. */
const WORDS = new RegExp(`^(?:${NAMES}|[\\d*,/-])+$`, 'i');

/** IANA's names, which know when clocks are turned; an offset like `+05:30` does not. */
export function isZone(name: string): boolean {
  return /^[A-Za-z]/.test(name) && IANAZone.isValidZone(name);
}

/** Null: the expression can be used. */
export function cronProblem(cron: string): CronProblem | null {
  const fields = cron.trim().split(/\s+/);
  if (fields.length !== 5) return 'not_five_fields';
  if (!fields.every((field) => WORDS.test(field))) return 'unknown_words';
  try {
    const expression = CronExpressionParser.parse(cron, { tz: 'UTC' });
    if (smallestGap(expression) < MIN_GAP_MINUTES) return 'too_frequent';
    expression.next();
    return null;
  } catch (error) {
    // A day that its months do not have (30 February) is found while parsing, or after a long search.
    return /day of month definition|loop limit/.test(String(error)) ? 'never' : 'not_valid';
  }
}

/** The first instant strictly after `after`; null: there is none. */
export function nextAfter(rule: CronRule, after: Date): Date | null {
  const zone = zoneNamed(rule.timezone);
  const local = localsOf(rule, wallOf(zone, after) - MOST_TURNED_MS);
  for (;;) {
    const wall = stepOf(() => local.next());
    if (wall === null) return null;
    const instant = instantOf(zone, wall);
    if (instant > after.getTime()) return new Date(instant);
  }
}

/** The instants up to `from` and including it, latest first, without end. */
export function* instantsBack(rule: CronRule, from: Date): Generator<Date, void, undefined> {
  const zone = zoneNamed(rule.timezone);
  const local = localsOf(rule, wallOf(zone, from) + MOST_TURNED_MS);
  let last = from.getTime() + 1;
  for (let wall = stepOf(() => local.prev()); wall !== null; wall = stepOf(() => local.prev())) {
    const instant = instantOf(zone, wall);
    // Several times within a gap are one instant.
    if (instant < last) yield new Date((last = instant));
  }
}

/**
 * The library walks a calendar without summer time; what clocks that are turned make of it is decided here, and the same
 * way forward and back: each time of the calendar is one instant.
 */
function localsOf(rule: CronRule, wall: number): CronExpression {
  return CronExpressionParser.parse(rule.cron, { tz: 'UTC', currentDate: new Date(wall) });
}

function stepOf(step: () => { getTime(): number }): number | null {
  try {
    return step().getTime();
  } catch {
    return null;
  }
}

/** What clocks show at an instant, as milliseconds of a calendar without zones. */
function wallOf(zone: IANAZone, instant: Date): number {
  return instant.getTime() + zone.offset(instant.getTime()) * MINUTE_MS;
}

/**
 * The instant when clocks show `wall`. Shown twice (turned back): the first time. Never shown (turned forward): the
 * instant when they are turned, as cron has it.
 */
function instantOf(zone: IANAZone, wall: number): number {
  const before = wall - zone.offset(wall - DAY_MS) * MINUTE_MS;
  const after = wall - zone.offset(wall + DAY_MS) * MINUTE_MS;
  const isShown = (instant: number) => wallOf(zone, new Date(instant)) === wall;
  const [shown] = [before, after].filter(isShown).toSorted((a, b) => a - b);
  return shown ?? turnBetween(zone, Math.min(before, after), Math.max(before, after));
}

/** The minute within (from, to] from which on the offset is that of `to`. */
function turnBetween(zone: IANAZone, from: number, to: number): number {
  let [low, high] = [from, to];
  while (high - low > MINUTE_MS) {
    const middle = low + Math.floor((high - low) / (2 * MINUTE_MS)) * MINUTE_MS;
    if (zone.offset(middle) === zone.offset(to)) high = middle;
    else low = middle;
  }
  return high;
}

/** Minutes between neighbours on one day, or over midnight. */
function smallestGap({ fields }: CronExpression): number {
  const hours = fields.hour.values as number[];
  const minutes = fields.minute.values as number[];
  const times = hours
    .flatMap((hour) => minutes.map((minute) => hour * 60 + minute))
    .toSorted((a, b) => a - b);
  const next = times.slice(1).concat((times[0] ?? 0) + 24 * 60);
  return Math.min(...next.map((time, i) => time - (times[i] ?? 0)));
}
