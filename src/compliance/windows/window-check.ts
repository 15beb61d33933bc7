import { LEAD_CLOCK, WEEKDAYS, type CallingWindow, type DayHours } from './calling-window.js';
import { problemOfPlace } from './holidays.js';
import { minutesOf, Schedule } from './schedule.js';
import { isTimeZone } from './zone-clock.js';

/** More than anybody's week has. */
const MOST_ENTRIES = 50;
const MOST_DATES = 366;
const WEEK_MINUTES = 7 * 24 * 60;
const TIME = /^([01]\d|2[0-3]):[0-5]\d$/;

/** What is wrong with a value, said so that its name fits before it; undefined: nothing. */
type Check = (value: unknown) => string | undefined;

const HOURS = { days: days, start: time, end: endTime };
const BREAK = { days: optional(days), start: time, end: endTime };
const PLACE = {
  country: (value: unknown) => (isCode(value) ? undefined : 'must be a two-letter ISO 3166 country code'),
  region: optional((value) => (typeof value === 'string' ? undefined : 'must be a text')),
};
const WINDOW: Record<keyof CallingWindow, Check> = {
  timezone: (value) =>
    typeof value === 'string' && (value === LEAD_CLOCK || isTimeZone(value))
      ? undefined
      : 'must be "lead" or an IANA time zone such as Europe/London',
  hours: (value) => list(value, MOST_ENTRIES, entry(HOURS)) ?? emptiness(value),
  breaks: optional((value) => list(value, MOST_ENTRIES, entry(BREAK))),
  holidays: (value) => (value === undefined || value === null ? undefined : place(value)),
  exceptDates: optional((value) => list(value, MOST_DATES, date) ?? repetition(value)),
};

/** What is wrong with a calling window somebody sent; undefined: it is one, and there are times it is open. */
export function problemOfWindow(value: unknown): string | undefined {
  const problem = fieldsOf(value, WINDOW);
  if (problem) return problem;
  const window = value as CallingWindow;
  if (hasOverlap(window.hours)) return 'has hours that overlap';
  if (!isEverOpen(window)) return 'is never open: its breaks cover all of its hours';
  return undefined;
}

function hasOverlap(hours: DayHours[]): boolean {
  const spans = hours.flatMap(({ days: on, start, end }) =>
    on.map((day) => {
      const begin = WEEKDAYS.indexOf(day) * 24 * 60 + minutesOf(start);
      const length = minutesOf(end) - minutesOf(start);
      return { begin, end: begin + (length > 0 ? length : length + 24 * 60) };
    }),
  );
  const sorted = spans.toSorted((a, b) => a.begin - b.begin);
  return sorted.some(({ end }, i) => {
    // The week's last is followed by its first.
    const next = sorted[i + 1]?.begin ?? (sorted[0]?.begin ?? 0) + WEEK_MINUTES;
    return end > next;
  });
}

function isEverOpen({ hours, breaks }: CallingWindow): boolean {
  const schedule = new Schedule({ hours, breaks });
  return WEEKDAYS.some((_, day) => schedule.dayAt(day).states.includes('open'));
}

function fieldsOf(value: unknown, checks: Record<string, Check>): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'must be an object';
  const unknown = Object.keys(value).find((name) => !Object.hasOwn(checks, name));
  if (unknown !== undefined) return `has an unknown field ${unknown.slice(0, 50)}`;
  for (const [name, check] of Object.entries(checks)) {
    const problem = check((value as Record<string, unknown>)[name]);
    if (problem) return problem.startsWith('.') ? name + problem : `${name} ${problem}`;
  }
  return undefined;
}

function entry(checks: Record<string, Check>): Check {
  return (value) =>
    fieldsOf(value, checks) ??
    ((value as DayHours).start === (value as DayHours).end
      ? 'starts and ends at the same time; a whole day is 00:00 to 24:00'
      : undefined);
}

function list(value: unknown, most: number, check: Check): string | undefined {
  if (!Array.isArray(value)) return 'must be a list';
  if (value.length > most) return `must have at most ${most} entries`;
  for (const [i, one] of value.entries()) {
    const problem = check(one);
    if (problem) return `.${i} ${problem}`;
  }
  return undefined;
}

function emptiness(value: unknown): string | undefined {
  return Array.isArray(value) && value.length === 0 ? 'must not be empty' : undefined;
}

function repetition(value: unknown): string | undefined {
  return Array.isArray(value) && new Set(value).size < value.length ? 'must not repeat' : undefined;
}

function days(value: unknown): string | undefined {
  const isDay = (one: unknown) => WEEKDAYS.some((day) => day === one);
  if (!Array.isArray(value) || value.length === 0 || !value.every(isDay)) {
    return `must be a list of ${WEEKDAYS.join(', ')}`;
  }
  return repetition(value);
}

function time(value: unknown): string | undefined {
  return typeof value === 'string' && TIME.test(value) ? undefined : 'must be a time such as 09:00';
}

function endTime(value: unknown): string | undefined {
  return value === '24:00' ? undefined : time(value);
}

function date(value: unknown): string | undefined {
  const isDay = typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value);
  const day = isDay ? new Date(`${value}T00:00:00Z`) : new Date(NaN);
  const exists = !Number.isNaN(day.getTime()) && day.toISOString().startsWith(String(value));
  return exists ? undefined : 'must be a day such as 2026-12-24';
}

function place(value: unknown): string | undefined {
  const problem = fieldsOf(value, PLACE);
  return problem ?? named('cannot be kept: ', problemOfPlace(value as { country: string; region?: string }));
}

function named(before: string, problem: string | undefined): string | undefined {
  return problem === undefined ? undefined : before + problem;
}

function isCode(value: unknown): boolean {
  return typeof value === 'string' && /^[A-Z]{2}$/.test(value);
}

function optional(check: Check): Check {
  return (value) => (value === undefined ? undefined : check(value));
}
