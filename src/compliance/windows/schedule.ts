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
const MINUTE_MS = 60_000;
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

/** Hours, breaks and days off, by a local clock. Pure: the same local time has always the same answer. */
export class Schedule {
  private readonly hours: Week;
  private readonly breaks: Week;
  private readonly holidays: HolidayPlace[];
  private readonly exceptDays: ReadonlySet<number>;
  private readonly edges: number[][];

  /** @param closed a name for all of its closed times, where they need no more than one */
  constructor(
    { hours, breaks = [], holidays = [], exceptDates = [] }: ScheduleParts,
    private readonly closed?: ClosedReason,
  ) {
    this.hours = weekOf(hours);
    this.breaks = weekOf(breaks);
    this.holidays = holidays;
    this.exceptDays = new Set(exceptDates.map((date) => Date.parse(`${date}T00:00:00Z`) / DAY_MS));
    this.edges = WEEKDAYS.map((_, day) =>
      [...(this.hours[day] ?? []), ...(this.breaks[day] ?? [])].flatMap(({ start, end }) => [start, end]),
    );
  }

  /** @param local milliseconds of local time since 1970 */
  stateAt(local: number): LocalState {
    const state = this.exactStateAt(local);
    return state === 'open' ? state : (this.closed ?? state);
  }

  /** Local times after `from` and before `to` at which the state may change, in order. */
  edgesWithin(from: number, to: number): number[] {
    const found = new Set<number>();
    for (let day = dayOf(from) - 1; day <= dayOf(to); day += 1) {
      for (const minute of this.edges[weekdayOf(day)] ?? []) {
        const edge = day * DAY_MS + minute * MINUTE_MS;
        if (edge > from && edge < to) found.add(edge);
      }
    }
    return [...found].sort((a, b) => a - b);
  }

  private exactStateAt(local: number): LocalState {
    const begun = daysCovering(this.hours, local);
    const counting = begun.filter((day) => !this.isDayOff(day));
    if (counting.length === 0) return begun.length > 0 ? 'holiday' : 'outside_window';
    return daysCovering(this.breaks, local).length > 0 ? 'break' : 'open';
  }

  private isDayOff(day: number): boolean {
    return this.exceptDays.has(day) || this.holidays.some((place) => isHoliday(place, day));
  }
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

/** The days, of the local one and the one before, that have a span over this time. */
function daysCovering(week: Week, local: number): number[] {
  const today = dayOf(local);
  return [today, today - 1].filter((day) => {
    const minute = (local - day * DAY_MS) / MINUTE_MS;
    return week[weekdayOf(day)]?.some(({ start, end }) => start <= minute && minute < end);
  });
}

function dayOf(local: number): number {
  return Math.floor(local / DAY_MS);
}

function weekdayOf(day: number): number {
  return (((day + FIRST_WEEKDAY) % 7) + 7) % 7;
}

function indexOf(day: Weekday): number {
  return WEEKDAYS.indexOf(day);
}
