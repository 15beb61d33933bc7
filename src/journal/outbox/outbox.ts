import { Injectable } from '@nestjs/common';

type Listener = (subscriptionIds: string[]) => void;

/**
 * So long a ring is held back: what rings meanwhile rings once, and a transaction that has yet to commit has done so, most
 * likely. (A ring that is too early, or lost, is made up for by the tick.) Milliseconds.
 */
const GATHER_MS = 50;

/** Tells whoever delivers events that there are some. Knows nothing of how. */
@Injectable()
export class Outbox {
  private readonly listeners: Listener[] = [];
  private readonly gathered = new Set<string>();
  private timer: NodeJS.Timeout | undefined;

  /** @param listener is called with the ids of subscriptions that have something to be told */
  onRing(listener: Listener): void {
    this.listeners.push(listener);
  }

  /** There are events for these subscriptions, or will be once the transaction under way is committed. Costs nothing for none. */
  ring(subscriptionIds: readonly string[] | undefined): void {
    if (!subscriptionIds || subscriptionIds.length === 0) return;
    for (const id of subscriptionIds) this.gathered.add(id);
    this.timer ??= setTimeout(() => this.tell(), GATHER_MS).unref();
  }

  private tell(): void {
    this.timer = undefined;
    const ids = [...this.gathered];
    this.gathered.clear();
    for (const listener of this.listeners) listener(ids);
  }
}
