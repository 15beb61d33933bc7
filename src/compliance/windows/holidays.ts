import { createRequire } from 'node:module';
import type Holidays from 'date-holidays';
import type { HolidayPlace } from './calling-window.js';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** Days on which businesses are closed; the library also knows observances, school holidays and optional ones. */
const KINDS = ['public', 'bank'];

const require = createRequire(import.meta.url);
let loaded: typeof Holidays | undefined;

/** Loaded when a window first asks for it: it takes 150 ms and some megabytes, which most deployments never need. */
function library(): typeof Holidays {
  loaded ??= require('date-holidays') as typeof Holidays;
  return loaded;
}

/** Days since 1970 by year, for each place. */
const years = new Map<string, ReadonlySet<number>>();
/** A year of one place takes up to 20 ms. */
const MOST_YEARS = 500;

/** What is wrong with a place; undefined: its holidays are known. */
export function problemOfPlace({ country, region }: HolidayPlace): string | undefined {
  const all = new (library())();
  if (!Object.hasOwn(all.getCountries(), country)) return `holidays of the country ${country} are not known`;
  const regions = Object.keys(all.getStates(country) ?? {});
  if (region === undefined || regions.includes(region)) return undefined;
  const known = regions.length > 0 ? `known are ${regions.join(', ')}` : 'it has none';
  return `${region} is no region of ${country}; ${known}`;
}

/** Whether a local day, counted from 1970-01-01, is a public holiday there. */
export function isHoliday(place: HolidayPlace, day: number): boolean {
  const year = new Date(day * DAY_MS).getUTCFullYear();
  const key = `${place.country}.${place.region ?? ''}.${year}`;
  let days = years.get(key);
  if (!days) {
    if (years.size >= MOST_YEARS) years.clear();
    days = holidaysOf(place, year);
    years.set(key, days);
  }
  return days.has(day);
}

function holidaysOf({ country, region }: HolidayPlace, year: number): ReadonlySet<number> {
  const calendar = region ? new (library())(country, region) : new (library())(country);
  // One that began in the year before may not be over.
  const all = [year - 1, year].flatMap((one) => calendar.getHolidays(one));
  const kept = all.filter(({ type }) => KINDS.includes(type));
  return new Set(kept.flatMap(daysOf));
}

/** Whole days from its date on; a feast that lasts three days and an evening counts three. A day with a clock change has 23 hours. */
function daysOf({ date, start, end }: { date: string; start: Date; end: Date }): number[] {
  const first = Date.parse(`${date.slice(0, 10)}T00:00:00Z`) / DAY_MS;
  const count = Math.max(1, Math.floor((end.getTime() - start.getTime() + HOUR_MS) / DAY_MS));
  return Array.from({ length: count }, (_, i) => first + i);
}
