import { Clock } from '../../common/index.js';

/** A clock that stands still until it is put forward. */
export class VirtualClock extends Clock {
  constructor(private time: number) {
    super();
  }

  /** Epoch ms. */
  get ms(): number {
    return this.time;
  }

  now(): Date {
    return new Date(this.time);
  }

  monotonic(): number {
    return this.time;
  }

  /** @throws RangeError for a time that is over */
  advanceTo(time: number): void {
    if (time < this.time) throw new RangeError(`The clock shows ${this.time} and was put back to ${time}`);
    this.time = time;
  }
}
