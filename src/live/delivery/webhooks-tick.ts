import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import { Ticking } from '../../common/index.js';
import { Leases } from '../../database/index.js';
import { DeliveriesRepository } from './deliveries.repository.js';
import { DeliveryRunner } from './delivery-runner.js';
import { WebhooksQueue } from './webhooks.queue.js';

const EACH_SECOND = '* * * * * *';
const LEASE = 'webhooks';
const LEASE_MS = 5000;

/**
 * The net under the queue, in one process at a time: subscriptions that have something due get a job, whatever became of the last.
 * Also stops deliveries in their order, before any connection is closed.
 */
@Injectable()
export class WebhooksTick implements BeforeApplicationShutdown {
  private readonly log = new Logger(WebhooksTick.name);
  private readonly ticking = new Ticking(
    () => this.act(),
    (error) => this.log.error(`The tick failed: ${String(error)}`),
  );

  constructor(
    private readonly deliveries: DeliveriesRepository,
    private readonly queue: WebhooksQueue,
    private readonly runner: DeliveryRunner,
    private readonly leases: Leases,
  ) {}

  @Cron(EACH_SECOND)
  tick(): Promise<void> {
    return this.ticking.tick();
  }

  async beforeApplicationShutdown(): Promise<void> {
    const stopped = this.ticking.stop();
    this.runner.stop();
    await stopped;
    await this.queue.drain();
    await this.leases.release(LEASE).catch(() => undefined);
  }

  private async act(): Promise<void> {
    if (!(await this.leases.take(LEASE, LEASE_MS))) return;
    const due = await this.deliveries.due();
    if (due.length > 0 && !(await this.queue.isFull())) await this.queue.wake(due);
  }
}
