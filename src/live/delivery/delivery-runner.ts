import { Injectable } from '@nestjs/common';
import { AppConfig } from '../../config/index.js';
import { Leases } from '../../database/index.js';
import { DeliveriesRepository, type DueDelivery, type Recipient } from './deliveries.repository.js';
import { DeliveryAttempts } from './delivery-attempts.js';

/** Events read together. */
const BATCH = 20;
/** A job gives its place up after so long, so that every subscription gets its turn. Milliseconds. */
const SLICE_MS = 5000;
/** What an attempt takes beside the receiver. Milliseconds. */
const OWN_MS = 2000;
/** A lease taken so recently outlasts an attempt. Milliseconds. */
const FRESH_MS = 1000;

/** The right to tell a subscription its events. */
interface Hold {
  lease: string;
  /** By `performance.now()`. */
  takenAt: number;
}

/**
 * Tells a subscription its events, one after the other: the next leaves when the one before it was answered. One process at a
 * time does it, by a lease in Postgres; one that dies loses the lease, and the next tells again what was not written down as told.
 */
@Injectable()
export class DeliveryRunner {
  private readonly running = new Set<string>();
  private isStopping = false;

  constructor(
    private readonly deliveries: DeliveriesRepository,
    private readonly attempts: DeliveryAttempts,
    private readonly leases: Leases,
    private readonly config: AppConfig,
  ) {}

  /** @returns milliseconds until there is something to be done; null: nothing waits, or somebody else sees to it */
  async run(subscriptionId: string): Promise<number | null> {
    if (this.isStopping || this.running.has(subscriptionId)) return null;
    this.running.add(subscriptionId);
    const hold = { lease: `webhook ${subscriptionId}`, takenAt: -Infinity };
    try {
      if (!(await this.holds(hold))) return null;
      await this.work(subscriptionId, hold).finally(() => this.leases.release(hold.lease));
    } finally {
      this.running.delete(subscriptionId);
    }
    // Asked after the lease is given back: who came meanwhile, and was sent away, came because of what is found now.
    const waitMs = this.isStopping ? null : await this.deliveries.nextDue(subscriptionId);
    return waitMs === null ? null : Math.max(0, waitMs);
  }

  /** No further attempt begins, and those under way end without being counted. */
  stop(): void {
    this.isStopping = true;
    this.attempts.stop();
  }

  private async work(subscriptionId: string, hold: Hold): Promise<void> {
    const until = performance.now() + SLICE_MS;
    for (let goesOn = true; goesOn && performance.now() < until;) {
      const to = await this.deliveries.recipient(subscriptionId);
      goesOn = to !== null && (await this.round(to, hold));
    }
  }

  /** What waits beside the line, then the line itself. @returns whether there may be more to do */
  private async round(to: Recipient, hold: Hold): Promise<boolean> {
    const beside = await this.deliveries.beside(to.id, BATCH);
    const line = await this.deliveries.inLine(to.id, BATCH);
    const isCurrent = await this.tellAll(to, beside, hold, () => true);
    if (!isCurrent) return true;
    // The line goes on behind an event that was told, or has left it.
    const wentOn = await this.tellAll(to, line, hold, (hasLeft) => hasLeft);
    return wentOn && (beside.length === BATCH || line.length === BATCH);
  }

  /** @returns whether all were tried, of a subscription that has not changed meanwhile */
  private async tellAll(
    to: Recipient,
    due: DueDelivery[],
    hold: Hold,
    mayGoOn: (hasLeft: boolean) => boolean,
  ): Promise<boolean> {
    for (const delivery of due) {
      if (delivery.waitMs > 0 || this.isStopping) return false;
      if (!(await this.holds(hold))) return false;
      const { hasLeft, isCurrent } = await this.attempts.make(to, delivery);
      if (!isCurrent || !mayGoOn(hasLeft)) return false;
    }
    return true;
  }

  /** Takes the lease, or renews it where it could run out during an attempt. */
  private async holds(hold: Hold): Promise<boolean> {
    if (performance.now() - hold.takenAt < FRESH_MS) return true;
    hold.takenAt = performance.now();
    return this.leases.take(hold.lease, this.config.WEBHOOKS_TIMEOUT_MS + OWN_MS);
  }
}
