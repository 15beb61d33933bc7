import { IANAZone } from 'luxon';

/** A time in which a zone's clock is ahead of UTC by the same amount. Milliseconds; half-open. */
export interface OffsetSpan {
  from: number;
  to: number;
  offset: number;
}

const MINUTE_MS = 60_000;
/** No zone goes back on a change within eight days: the shortest winter time, Morocco's Ramadan, lasts four weeks. */
const STEP_MS = 8 * 86_400_000;

/** Whether `name` is an IANA time zone such as `America/New_York`. Names like EST are refused: they know no summer time. */
export function isTimeZone(name: string): boolean {
  const known = validity.get(name);
  if (known !== undefined) return known;
  const isValid = /^(UTC|[A-Za-z][\w+-]*(\/[A-Za-z][\w+-]*)+)$/.test(name) && IANAZone.isValidZone(name);
  if (validity.size >= MOST_NAMES) validity.clear();
  validity.set(name, isValid);
  return isValid;
}

/** Asking Intl takes some 30 µs, and a file may name a million zones. */
const MOST_NAMES = 2000;
const validity = new Map<string, boolean>();

/** How a zone's clock stands to UTC from `from` to `to`, change by change. */
export function offsetsOf(zone: string, from: number, to: number): OffsetSpan[] {
  const clock = IANAZone.create(zone);
  const offsetAt = (time: number) => clock.offset(time) * MINUTE_MS;
  const spans: OffsetSpan[] = [];
  let span: OffsetSpan = { from, to, offset: offsetAt(from) };
  for (let known = from; known < to;) {
    const next = Math.min(known + STEP_MS, to);
    const offset = offsetAt(next);
    if (offset !== span.offset) {
      const change = changeWithin(known, next, (time) => offsetAt(time) === span.offset);
      spans.push({ ...span, to: change });
      span = { from: change, to, offset };
    }
    known = next;
  }
  return [...spans, span].filter((one) => one.from < one.to);
}

/** The first millisecond after `before` at which `isOld` holds no more; at `after` it does not. */
function changeWithin(before: number, after: number, isOld: (time: number) => boolean): number {
  let [low, high] = [before, after];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (isOld(middle)) low = middle;
    else high = middle;
  }
  return high;
}
