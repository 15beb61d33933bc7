import { Injectable, Optional, type BeforeApplicationShutdown } from '@nestjs/common';
import { CallsQueue } from './calls.queue.js';
import { CampaignWaker } from './campaign-waker.js';
import { DialerTick } from './dialer-tick.js';

/**
 * A process stops in the order of its work, before any connection is closed: a worker takes no new jobs and finishes those
 * under way (a placement is answered and stored), then nobody claims, and what was claimed is handed out. Nothing is left for reconcile to
 * heal.
 */
@Injectable()
export class DialerShutdown implements BeforeApplicationShutdown {
  constructor(
    private readonly queue: CallsQueue,
    private readonly waker: CampaignWaker,
    /** Of a worker. */
    @Optional() private readonly tick?: DialerTick,
  ) {}

  async beforeApplicationShutdown(): Promise<void> {
    if (this.tick) {
      await this.tick.stop();
      await this.queue.drain();
    }
    await this.waker.stop();
    await this.queue.handOutNow();
  }
}
