import { outsideScope } from './request-scope.js';

/** How a `Batcher` works. */
export interface Batching<T> {
  /** Items of one batch at the most. */
  most: number;
  /** Batches under way at once at the most. */
  lanes: number;
  /** Two items of one key are never under way at once, and keep their order. None: items have nothing to do with each other. */
  keyOf?: (item: T) => string;
  /** How long an item may wait for others, milliseconds: whatever cannot wait takes it along. None: not at all. */
  patienceOf?: (item: T) => number;
}

interface Waiting<T, R> {
  item: T;
  key: string | undefined;
  /** When it must be worked on, milliseconds of the monotonic clock; 0: at once. */
  due: number;
  resolve: (result: R) => void;
  reject: (error: unknown) => void;
}

/**
 * Does many small things as one: what is added in one turn of the loop, or while all lanes are busy, makes up the next batch.
 * An item that comes when nobody works is worked on at once, so that a quiet system waits for nothing and a busy one saves
 * round trips; one with patience waits for the first that has none.
 *
 * A batch that fails is done again item by item: one that cannot be done must not take the others with it. Whatever
 * `work` does must therefore be safe to repeat. It runs for the system: its items come from requests of any workspace.
 */
export class Batcher<T, R> {
  private waiting: Waiting<T, R>[] = [];
  private readonly keys = new Set<string>();
  private busy = 0;
  private timer?: NodeJS.Timeout;
  private isTurning = false;

  /** @param work one result for each item, in their order */
  constructor(
    private readonly work: (items: T[]) => Promise<R[]>,
    private readonly batching: Batching<T>,
  ) {}

  /** Resolves with the item's own result once its batch is done; rejects with what `work` says of it. */
  add(item: T): Promise<R> {
    return new Promise((resolve, reject) => {
      const patience = this.batching.patienceOf?.(item) ?? 0;
      const due = patience > 0 ? performance.now() + patience : 0;
      this.waiting.push({ item, key: this.batching.keyOf?.(item), due, resolve, reject });
      this.atEndOfTurn();
    });
  }

  /** Five callbacks that are read in one turn are one batch, not two of one and one of three: a third of Postgres's work. */
  private atEndOfTurn(): void {
    if (this.isTurning) return;
    this.isTurning = true;
    setImmediate(() => {
      this.isTurning = false;
      this.next();
    });
  }

  private next(): void {
    while (this.busy < this.batching.lanes && this.isDue()) {
      const batch = this.takeBatch();
      if (batch.length === 0) return;
      this.busy += 1;
      void outsideScope(() => this.run(batch));
    }
  }

  /** Whether one of those that wait can wait no longer; else they are looked at again when the first of them cannot. */
  private isDue(): boolean {
    const first = this.waiting.reduce((least, { due }) => Math.min(least, due), Infinity);
    const waitMs = first - performance.now();
    if (waitMs <= 0) return true;
    if (first === Infinity || this.timer) return false;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.next();
    }, Math.ceil(waitMs));
    return false;
  }

  private takeBatch(): Waiting<T, R>[] {
    const batch: Waiting<T, R>[] = [];
    const left: Waiting<T, R>[] = [];
    for (const entry of this.waiting) {
      const { key } = entry;
      const isFree = batch.length < this.batching.most && (key === undefined || !this.keys.has(key));
      (isFree ? batch : left).push(entry);
      if (isFree && key !== undefined) this.keys.add(key);
    }
    this.waiting = left;
    return batch;
  }

  private async run(batch: Waiting<T, R>[]): Promise<void> {
    try {
      const results = await this.work(batch.map(({ item }) => item));
      for (const [i, { resolve }] of batch.entries()) resolve(results[i] as R);
    } catch (error) {
      if (batch.length === 1) batch[0]?.reject(error);
      else await Promise.all(batch.map((entry) => this.runAlone(entry)));
    }
    for (const { key } of batch) if (key !== undefined) this.keys.delete(key);
    this.busy -= 1;
    this.next();
  }

  private async runAlone({ item, resolve, reject }: Waiting<T, R>): Promise<void> {
    try {
      const [result] = await this.work([item]);
      resolve(result as R);
    } catch (error) {
      reject(error);
    }
  }
}
