/** The one source of time. Tests put a clock of their own in its place. */
export abstract class Clock {
  /** Wall time, UTC. */
  abstract now(): Date;
  /** Milliseconds on a clock that never goes backwards; only differences mean anything. */
  abstract monotonic(): number;
}

export class SystemClock extends Clock {
  now(): Date {
    return new Date();
  }

  monotonic(): number {
    return performance.now();
  }
}
