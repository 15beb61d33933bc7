/** Node's timers overflow above this and would fire at once. */
const LONGEST_MS = 2 ** 31 - 1;

/** Every timer of one simulator, so that closing it leaves none behind. */
export class Timers {
  private readonly running = new Set<NodeJS.Timeout>();

  /** Runs `act` after real `ms`; returns how to prevent that. */
  after(ms: number, act: () => void): () => void {
    const timer = setTimeout(
      () => {
        this.running.delete(timer);
        act();
      },
      Math.min(Math.max(0, ms), LONGEST_MS),
    );
    this.running.add(timer);
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
