import {
  WEEKDAYS,
  type ClosedReason,
  type DayHours,
  type HolidayPlace,
  type Weekday,
  type WindowBreak,
} from './calling-window.js';
import { isHoliday } from './holidays.js';

/** Milliseconds. Local time here is a clock that never jumps; how it stands to UTC is the timeline's business. */
export const DAY_MS = 86_400_000;
const DAY_MINUTES = 1440;
/** 1970-01-01 was a Thursday. */
const FIRST_WEEKDAY = WEEKDAYS.indexOf('thu');

/** What a schedule says of one local time. */
export type LocalState = 'open' | ClosedReason;

/** Minutes after the local midnight that begins its day; the end may be on the next day. */
interface Span {
  start: number;
  end: number;
}
type Week = readonly Span[][];

/** What a schedule is made of. */
export interface ScheduleParts {
  hours: DayHours[];
  breaks?: WindowBreak[];
  holidays?: HolidayPlace[];
  exceptDates?: string[];
}

/** A local day: from its minute `at[i]` on it is as `states[i]` says. The first is 0, and no two in a row are the same. */
export interface LocalDay {
  at: number[];
  states: LocalState[];
}

/**
 * Hours, breaks and days off, by a local clock. Pure: the same local time has always the same answer. There are few different
 * days (of each weekday one that counts, one off, and either after the one or the other), so each is made once: 50 hours and 50
 * breaks looked through anew at every edge of every day of a year took seconds.
 */
export class Schedule {
  private readonly hours: Week;
  private readonly breaks: Week;
  private readonly holidays: HolidayPlace[];
  private readonly exceptDays: ReadonlySet<number>;
  private readonly days: LocalDay[] = [];

  /** @param closed a name for all of its closed times, where they need no more than one */
  constructor(
    { hours, breaks = [], holidays = [], exceptDates = [] }: ScheduleParts,
    private readonly closed?: ClosedReason,
  ) {
    this.hours = weekOf(hours);
    this.breaks = weekOf(breaks);
    this.holidays = holidays;
    this.exceptDays = new Set(exceptDates.map((date) => Date.parse(`${date}T00:00:00Z`) / DAY_MS));
  }

  /** @param day local days since 1970-01-01 */
  dayAt(day: number): LocalDay {
    const weekday = weekdayOf(day);
    const off: DaysOff = [this.isDayOff(day), this.isDayOff(day - 1)];
    const kind = weekday * 4 + Number(off[0]) * 2 + Number(off[1]);
    return (this.days[kind] ??= this.make(weekday, off));
  }

  private make(weekday: number, off: DaysOff): LocalDay {
    const [hours, breaks] = [this.hours, this.breaks].map((week) => spansOn(week, weekday)) as [
      DaySpan[],
      DaySpan[],
    ];
    const edges = [...hours, ...breaks].flatMap(({ start, end }) => [start, end]);
    const inside = edges.filter((minute) => minute > 0 && minute < DAY_MINUTES);
    const day: LocalDay = { at: [], states: [] };
    for (const minute of [...new Set([0, ...inside])].sort((a, b) => a - b)) {
      const exact = stateAt(minute, hours, breaks, off);
      const state = exact === 'open' ? exact : (this.closed ?? exact);
      if (state === day.states.at(-1)) continue;
      day.at.push(minute);
      day.states.push(state);
    }
    return day;
  }

  private isDayOff(day: number): boolean {
    return this.exceptDays.has(day) || this.holidays.some((place) => isHoliday(place, day));
  }
}

/** Whether the day itself and the one before are days off. */
type DaysOff = readonly [boolean, boolean];

/** A span that lies over a part of a day. */
interface DaySpan extends Span {
  /** How many days before it began: 0 or 1. */
  begunBefore: 0 | 1;
}

function spansOn(week: Week, weekday: number): DaySpan[] {
  const own = (week[weekday] ?? []).map((span) => ({ ...span, begunBefore: 0 as const }));
  const before = (week[(weekday + 6) % 7] ?? []).map(({ start, end }) => ({
    ...{ start: start - DAY_MINUTES, end: end - DAY_MINUTES },
    begunBefore: 1 as const,
  }));
  return [...own, ...before];
}

function stateAt(minute: number, hours: DaySpan[], breaks: DaySpan[], off: DaysOff): LocalState {
  const covers = ({ start, end }: Span): boolean => start <= minute && minute < end;
  const begun = hours.filter(covers);
  const counts = begun.some(({ begunBefore }) => !off[begunBefore]);
  if (!counts) return begun.length > 0 ? 'holiday' : 'outside_window';
  return breaks.some(covers) ? 'break' : 'open';
}

/** Minutes of a time of day: `24:00` is 1440. */
export function minutesOf(time: string): number {
  const [hours = NaN, minutes = NaN] = time.split(':').map(Number);
  return hours * 60 + minutes;
}

function weekOf(entries: WindowBreak[]): Week {
  const week: Span[][] = WEEKDAYS.map(() => []);
  for (const { days = WEEKDAYS, start, end } of entries) {
    const span = spanOf(start, end);
    for (const day of days) week[indexOf(day)]?.push(span);
  }
  return week;
}

function spanOf(start: string, end: string): Span {
  const [from, until] = [minutesOf(start), minutesOf(end)];
  return { start: from, end: until <= from ? until + DAY_MINUTES : until };
}

function weekdayOf(day: number): number {
  return (((day + FIRST_WEEKDAY) % 7) + 7) % 7;
}

function indexOf(day: Weekday): number {
  return WEEKDAYS.indexOf(day);
}
