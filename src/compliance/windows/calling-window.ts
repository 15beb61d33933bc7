/** Monday first, as ISO 8601 counts. */
export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** Local times of some days, half-open: at `end` it is over. An end at or before the start is on the next day. */
export interface DayHours {
  days: Weekday[];
  /** `09:00` */
  start: string;
  /** `18:00`; `24:00` is the day's last instant. */
  end: string;
}

/** A pause within the hours, on the days it begins. */
export interface WindowBreak {
  /** Absent: every day. */
  days?: Weekday[];
  start: string;
  end: string;
}

/** Whose public holidays are kept. */
export interface HolidayPlace {
  /** ISO 3166: `US`. */
  country: string;
  /** The country's own short name of a state or nation: `CA`, `SCT`. */
  region?: string;
}

/** The days and hours in which leads may be called. */
export interface CallingWindow {
  /** `lead`: by the clock of each lead; else an IANA zone whose clock counts for all. */
  timezone: string;
  /** What begins before midnight and ends after it belongs to the day it began. */
  hours: DayHours[];
  breaks?: WindowBreak[];
  holidays?: HolidayPlace | null;
  /** Further days without calls: `2026-12-24`. */
  exceptDates?: string[];
}

export const LEAD_CLOCK = 'lead';

/** Why nobody may be called now. */
export const CLOSED_REASONS = ['outside_window', 'break', 'holiday', 'rule_pack', 'unknown_zone'] as const;
export type ClosedReason = (typeof CLOSED_REASONS)[number];

/** Whether a lead may be called, and until or from when. Null: never within the next 400 days. */
export type Verdict =
  { open: true; closesAt: Date | null } | { open: false; reason: ClosedReason; opensAt: Date | null };
