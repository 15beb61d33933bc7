import { OnQueueFailed, Process, Processor } from '@nestjs/bull';
import { Logger } from '@nestjs/common';
import type { Job } from 'bull';
import { CALLS_QUEUE, PLACE_JOB, type PlaceJob } from './calls.queue.js';
import { PlacementService } from './placement.service.js';

/** Placements one worker has under way at once: at 300 ms a request that is more than 150 a second. */
const CONCURRENCY = 50;

/** Drives the calling queue. */
@Processor(CALLS_QUEUE)
export class DialingProcessor {
  private readonly log = new Logger(DialingProcessor.name);

  constructor(private readonly placement: PlacementService) {}

  @Process({ name: PLACE_JOB, concurrency: CONCURRENCY })
  async place(job: Job<PlaceJob>): Promise<void> {
    await this.placement.place(job.data.callId);
  }

  /** The call is looked after by reconcile. Bull has no job to tell of when a stalled one's key is gone (FLUSHALL). A remnant without a name (see `CallsQueue.has`) is swept away. */
  @OnQueueFailed()
  async failed(job: Job<PlaceJob> | null, error: Error): Promise<void> {
    this.log.warn(`Job ${job?.id ?? '(gone)'} failed: ${error.message}`);
    if (job && job.name !== PLACE_JOB) await job.remove().catch(() => undefined);
  }
}
