import { OnQueueFailed, Process, Processor } from '@nestjs/bull';
import { Logger } from '@nestjs/common';
import type { Job } from 'bull';
import { DeliveryRunner } from './delivery-runner.js';
import { DELIVER_JOB, WEBHOOKS_QUEUE, WebhooksQueue, type DeliverJob } from './webhooks.queue.js';

/** Subscriptions one worker tells at once: a receiver that hangs keeps one place for `WEBHOOKS_TIMEOUT_MS`. */
const CONCURRENCY = 25;

/** Drives the queue of what is to be told. */
@Processor(WEBHOOKS_QUEUE)
export class WebhooksProcessor {
  private readonly log = new Logger(WebhooksProcessor.name);

  constructor(
    private readonly runner: DeliveryRunner,
    private readonly queue: WebhooksQueue,
  ) {}

  @Process({ name: DELIVER_JOB, concurrency: CONCURRENCY })
  async deliver({ data: { subscriptionId } }: Job<DeliverJob>): Promise<void> {
    const waitMs = await this.runner.run(subscriptionId);
    if (waitMs !== null) await this.queue.wakeLater(subscriptionId, waitMs);
  }

  /** The tick looks after what it was to tell. */
  @OnQueueFailed()
  async failed(job: Job<DeliverJob> | null, error: Error): Promise<void> {
    this.log.warn(`Job ${job?.id ?? '(gone)'} failed: ${error.message}`);
    if (job && job.name !== DELIVER_JOB) await job.remove().catch(() => undefined);
  }
}
