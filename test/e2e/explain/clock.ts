const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
export const EVERY_DAY = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** `09:00` in UTC. */
const clock = (time: number) => new Date(time).toISOString().slice(11, 16);
const date = (time: number) => new Date(time).toISOString().slice(0, 10);
/** The whole minute, for a window's edges have no seconds. */
const minuteAt = (hours: number) => Math.floor(Date.now() / 60_000) * 60_000 + hours * HOUR_MS;

/** A time so many milliseconds from now, ISO 8601. */
export const inMs = (ms: number) => new Date(Date.now() + ms).toISOString();

/** A window that opens in two hours, by one clock for all or by the lead's. */
export function opensLater(timezone: string): { callingWindow: object; opensAt: string } {
  const opens = minuteAt(2);
  const hours = [{ days: EVERY_DAY, start: clock(opens), end: clock(minuteAt(3)) }];
  return { callingWindow: { timezone, hours }, opensAt: new Date(opens).toISOString() };
}

const ALWAYS = [{ days: EVERY_DAY, start: '00:00', end: '24:00' }];

/** Open all day, by each lead's clock, but for a break that lasts another hour. */
export function inBreak(): { callingWindow: object; opensAt: string } {
  const ends = minuteAt(1);
  const breaks = [{ start: clock(minuteAt(-1)), end: clock(ends) }];
  return {
    callingWindow: { timezone: 'lead', hours: ALWAYS, breaks },
    opensAt: new Date(ends).toISOString(),
  };
}

/** Open on every day but today, in UTC. */
export function dayOff(): { callingWindow: object; opensAt: string } {
  const now = Date.now();
  const exceptDates = [date(now), date(now + DAY_MS)];
  return {
    callingWindow: { timezone: 'lead', hours: ALWAYS, exceptDates },
    opensAt: `${date(now + 2 * DAY_MS)}T00:00:00.000Z`,
  };
}

/** Open on Mondays in UTC, and each of them for more than a year is a day off. */
export function neverOpen(): object {
  const days = Array.from({ length: 420 }, (_, i) => Date.now() + i * DAY_MS);
  const exceptDates = days.filter((day) => new Date(day).getUTCDay() === 1).map(date);
  return { timezone: 'UTC', hours: [{ days: ['mon'], start: '09:00', end: '10:00' }], exceptDates };
}

/** A zone where it is between two and three o'clock at night, and when it will be eight. */
export function night(): { timezone: string; eightAt: string } {
  const now = new Date();
  const ahead = (((2 - now.getUTCHours()) % 24) + 24) % 24;
  const offset = ahead > 12 ? ahead - 24 : ahead;
  // Names of the sort Etc/GMT-5 count westwards.
  const timezone = offset === 0 ? 'UTC' : `Etc/GMT${offset > 0 ? '-' : '+'}${Math.abs(offset)}`;
  return { timezone, eightAt: new Date(now.setUTCMinutes(0, 0, 0) + 6 * HOUR_MS).toISOString() };
}

/** When the next year begins in UTC. */
export function newYear(): string {
  return new Date(Date.UTC(new Date().getUTCFullYear() + 1, 0, 1)).toISOString();
}
