import { DAY_MS, type LocalDay, type LocalState, type Schedule } from './schedule.js';
import { offsetAt } from './zone-clock.js';

const MINUTE_MS = 60_000;
/** So far ahead an opening or a closing is looked for: a year, and what holidays may add. */
export const HORIZON_MS = 400 * DAY_MS;

/** What a schedule says at one instant, and how long. */
export interface Phase {
  state: LocalState;
  /** Milliseconds since 1970, half-open; Infinity: beyond the horizon. */
  from: number;
  until: number;
}

/**
 * A schedule on the clock of one zone, as instants. An instant is open when the local time that a clock on the wall shows
 * then is open: in the hour that autumn repeats, both times; in the hour that spring leaves out, never. It keeps no more than
 * where it was last: a year of a window with 50 hours and 50 breaks has 70,000 edges.
 */
export class Timeline {
  private last: Phase = { state: 'outside_window', from: 0, until: 0 };
  private day = NaN;
  private ofDay: LocalDay = { at: [0], states: ['outside_window'] };

  constructor(
    private readonly schedule: Schedule,
    private readonly zone: string,
  ) {}

  /** The phase around an instant, from where it was first asked for or began. */
  phaseAt(time: number): Phase {
    if (time < this.last.from || time >= this.last.until) this.last = this.find(time);
    return this.last;
  }

  /** From when on it is open, the instant itself if it is; Infinity: not within the horizon. */
  opensAt(time: number): number {
    const horizon = time + HORIZON_MS;
    for (let at = time; at < horizon;) {
      const { state, until } = this.pieceAt(at);
      if (state === 'open') return at;
      at = until;
    }
    return Infinity;
  }

  private find(time: number): Phase {
    const { state, from, until } = this.pieceAt(time);
    const horizon = time + HORIZON_MS;
    for (let end = until; end < horizon;) {
      const next = this.pieceAt(end);
      if (next.state !== state) return { state, from, until: end };
      end = next.until;
    }
    return { state, from, until: Infinity };
  }

  /** A part of a phase: no longer than its local day, and than the zone's clock stands as it does. */
  private pieceAt(time: number): Phase {
    const { from, to, offset } = offsetAt(this.zone, time);
    const local = time + offset;
    const day = Math.floor(local / DAY_MS);
    const { at, states } = this.dayAt(day);
    const index = lastUpTo(at, (local - day * DAY_MS) / MINUTE_MS);
    const instantOf = (minute: number): number => day * DAY_MS + minute * MINUTE_MS - offset;
    const next = at[index + 1];
    return {
      state: states[index] ?? 'outside_window',
      from: Math.max(from, instantOf(at[index] ?? 0)),
      until: Math.min(to, next === undefined ? instantOf(DAY_MS / MINUTE_MS) : instantOf(next)),
    };
  }

  private dayAt(day: number): LocalDay {
    if (day !== this.day) {
      this.ofDay = this.schedule.dayAt(day);
      this.day = day;
    }
    return this.ofDay;
  }
}

/** The place of the last of these, in order, that is not more than `limit`; the first is not. */
function lastUpTo(sorted: readonly number[], limit: number): number {
  let [low, high] = [0, sorted.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? Infinity) <= limit) low = middle;
    else high = middle;
  }
  return low;
}
