import { InjectQueue } from '@nestjs/bull';
import { Injectable, Logger } from '@nestjs/common';
import type { Queue } from 'bull';
import { Outbox } from '../../journal/index.js';
import { checkReadiness } from '../../queue/index.js';

export const WEBHOOKS_QUEUE = 'webhooks';
export const DELIVER_JOB = 'deliver';

/** All a job knows; what is to be told is in Postgres. */
export interface DeliverJob {
  subscriptionId: string;
}

/** Rings of all processes within so long are one job. Milliseconds. */
const WINDOW_MS = 100;
/** Where so many wait, workers are behind, and more jobs would help nobody. */
const MOST_WAITING = 1000;

/**
 * Subscriptions that have something to be told. A job may be lost or come twice: the lease in Postgres lets one work, and the
 * tick finds what was lost. Job ids are windows of time and never used again: what a dead worker leaves under one blocks nobody.
 */
@Injectable()
export class WebhooksQueue {
  private readonly log = new Logger(WebhooksQueue.name);

  constructor(
    @InjectQueue(WEBHOOKS_QUEUE) private readonly queue: Queue<DeliverJob>,
    outbox: Outbox,
  ) {
    checkReadiness(queue);
    outbox.onRing((ids) => {
      this.wake(ids).catch((error: unknown) => {
        this.log.warn(`The tick must find what is to be told: ${String(error)}`);
      });
    });
  }

  async wake(subscriptionIds: string[], delayMs = 0): Promise<void> {
    const delay = Math.ceil(delayMs);
    const window = Math.floor((Date.now() + delay) / WINDOW_MS);
    await Promise.all(
      subscriptionIds.map((subscriptionId) =>
        this.queue.add(DELIVER_JOB, { subscriptionId }, { jobId: `${subscriptionId}.${window}`, delay }),
      ),
    );
  }

  /** At the earliest in the next window: the job that asks for it still has the present one's id. */
  async wakeLater(subscriptionId: string, waitMs: number): Promise<void> {
    await this.wake([subscriptionId], Math.max(waitMs, WINDOW_MS));
  }

  async isFull(): Promise<boolean> {
    return (await this.queue.getWaitingCount()) >= MOST_WAITING;
  }

  /** Takes no more jobs in this process, and resolves when those under way are done. */
  async drain(): Promise<void> {
    await this.queue.pause(true).catch(() => undefined);
  }
}
