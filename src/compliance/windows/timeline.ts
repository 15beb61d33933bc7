import { DAY_MS, type LocalState, type Schedule } from './schedule.js';
import { offsetsOf } from './zone-clock.js';

/** Computed and kept at a time: a month costs less than a millisecond. */
const CHUNK_MS = 32 * DAY_MS;
/** So far ahead an opening or a closing is looked for: a year, and what holidays may add. */
export const HORIZON_MS = 400 * DAY_MS;
const MOST_CHUNKS = 40;

/** What a schedule says at one instant, and how long. */
export interface Phase {
  state: LocalState;
  /** Milliseconds since 1970, half-open; Infinity: beyond the horizon. */
  from: number;
  until: number;
}

/** States from `at[i]` on. */
interface Chunk {
  at: number[];
  states: LocalState[];
}

/**
 * A schedule on the clock of one zone, as instants. An instant is open when the local time that a clock on the wall shows
 * then is open: in the hour that autumn repeats, both times; in the hour that spring leaves out, never.
 */
export class Timeline {
  private readonly chunks = new Map<number, Chunk>();
  private last: Phase = { state: 'outside_window', from: 0, until: 0 };

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
    let phase = this.phaseAt(time);
    if (phase.state === 'open') return time;
    const horizon = time + HORIZON_MS;
    while (phase.state !== 'open') {
      if (phase.until >= horizon) return Infinity;
      phase = this.find(phase.until);
    }
    return phase.from;
  }

  private find(time: number): Phase {
    const first = Math.floor(time / CHUNK_MS);
    const { at, states } = this.chunk(first);
    const index = at.findLastIndex((edge) => edge <= time);
    const state = states[index] ?? 'outside_window';
    const next = at[index + 1];
    return { state, from: at[index] ?? time, until: next ?? this.endOf(state, first + 1, time + HORIZON_MS) };
  }

  /** Where a state that goes on at the beginning of a chunk ends. */
  private endOf(state: LocalState, from: number, horizon: number): number {
    for (let number = from; number * CHUNK_MS < horizon; number += 1) {
      const { at, states } = this.chunk(number);
      const other = states.findIndex((one) => one !== state);
      if (other !== -1) return at[other] ?? Infinity;
    }
    return Infinity;
  }

  private chunk(number: number): Chunk {
    let chunk = this.chunks.get(number);
    if (!chunk) {
      if (this.chunks.size >= MOST_CHUNKS) this.chunks.clear();
      chunk = this.compute(number * CHUNK_MS, (number + 1) * CHUNK_MS);
      this.chunks.set(number, chunk);
    }
    return chunk;
  }

  private compute(begin: number, end: number): Chunk {
    const at: number[] = [];
    const states: LocalState[] = [];
    for (const { from, to, offset } of offsetsOf(this.zone, begin, end)) {
      const local = from + offset;
      for (const edge of [local, ...this.schedule.edgesWithin(local, to + offset)]) {
        const state = this.schedule.stateAt(edge);
        if (state === states.at(-1)) continue;
        at.push(edge - offset);
        states.push(state);
      }
    }
    return { at, states };
  }
}
