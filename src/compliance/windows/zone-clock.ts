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

/** Beyond so many the formatters are let go; what was learnt of the clocks stays. */
const MOST_FORMATTERS = 300;
const seen = new Set<string>();

/**
 * Luxon keeps a formatter for each name it has seen, 55 kB outside the heap, and never lets one go. There are some 600 zones, but
 * Intl takes their names in any case: 3,000 spellings of one zone took 165 MB.
 */
export function zoneNamed(name: string): IANAZone {
  if (!seen.has(name)) {
    if (seen.size >= MOST_FORMATTERS) {
      seen.clear();
      IANAZone.resetCache();
    }
    seen.add(name);
  }
  return IANAZone.create(name);
}

/** Looked up at a time: asking Intl takes some 10 µs, and a search for an opening asks for every day of a year. */
const CHUNK_MS = 32 * 86_400_000;
/** A year and what is searched beyond it. */
const MOST_CHUNKS = 40;

interface Known {
  chunks: Map<number, OffsetSpan[]>;
  latest: OffsetSpan;
}
const zones = new Map<string, Known>();

/** How a zone's clock stands to UTC at an instant, and how long at least it has and will. */
export function offsetAt(zone: string, time: number): OffsetSpan {
  const known = knownOf(zone);
  const { from, to } = known.latest;
  if (time >= from && time < to) return known.latest;
  const number = Math.floor(time / CHUNK_MS);
  let spans = known.chunks.get(number);
  if (!spans) {
    if (known.chunks.size >= MOST_CHUNKS) known.chunks.clear();
    spans = offsetsOf(zone, number * CHUNK_MS, (number + 1) * CHUNK_MS);
    known.chunks.set(number, spans);
  }
  const found = spans.find((span) => time < span.to);
  if (!found) throw new RangeError(`No offset of ${zone} is known at ${time}`);
  known.latest = found;
  return found;
}

function knownOf(zone: string): Known {
  const known = zones.get(zone);
  if (known) return known;
  if (zones.size >= MOST_NAMES) zones.clear();
  const made: Known = { chunks: new Map(), latest: { from: 0, to: 0, offset: 0 } };
  zones.set(zone, made);
  return made;
}

/** How a zone's clock stands to UTC from `from` to `to`, change by change. */
function offsetsOf(zone: string, from: number, to: number): OffsetSpan[] {
  const clock = zoneNamed(zone);
  const offsetOf = (time: number) => clock.offset(time) * MINUTE_MS;
  const spans: OffsetSpan[] = [];
  let span: OffsetSpan = { from, to, offset: offsetOf(from) };
  for (let known = from; known < to;) {
    const next = Math.min(known + STEP_MS, to);
    const offset = offsetOf(next);
    if (offset !== span.offset) {
      const change = changeWithin(known, next, (time) => offsetOf(time) === span.offset);
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
