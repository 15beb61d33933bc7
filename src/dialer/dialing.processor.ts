import { Process, Processor } from '@nestjs/bull';
import type { Job } from 'bull';
import { CALLS_QUEUE, PLACE_JOB, type PlaceJob } from './calls.queue.js';
import { PlacementService } from './placement.service.js';

/** Placements one worker has under way at once: at 300 ms a request that is more than 150 a second. */
const CONCURRENCY = 50;

/** Drives the calling queue. */
@Processor(CALLS_QUEUE)
export class DialingProcessor {
  constructor(private readonly placement: PlacementService) {}

  @Process({ name: PLACE_JOB, concurrency: CONCURRENCY })
  async place(job: Job<PlaceJob>): Promise<void> {
    await this.placement.place(job.data.callId);
  }
}
