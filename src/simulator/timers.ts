/** Node's timers overflow above this and would fire at once. */
const LONGEST_MS = 2 ** 31 - 1;

/** Every timer of one simulator, so that closing it leaves none behind. */
export class Timers {
  private readonly running = new Set<NodeJS.Timeout>();

  /**
   * Runs `act` after real `ms`, never before: Node counts from the start of the loop's turn that set the timer, and may
   * be milliseconds early. Returns how to prevent it.
   */
  after(ms: number, act: () => void): () => void {
    const due = nowMs() + Math.min(Math.max(0, ms), LONGEST_MS);
    let timer: NodeJS.Timeout;
    const wait = () => {
      timer = setTimeout(() => {
        this.running.delete(timer);
        if (nowMs() < due) wait();
        else act();
      }, due - nowMs());
      this.running.add(timer);
    };
    wait();
    return () => {
      clearTimeout(timer);
      this.running.delete(timer);
    };
  }

  clear(): void {
    for (const timer of this.running) clearTimeout(timer);
    this.running.clear();
  }
}

/** Epoch ms with fractions: gaps between placements are smaller than a millisecond. */
export const nowMs = (): number => performance.timeOrigin + performance.now();
