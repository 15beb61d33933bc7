import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { CallsQueue } from './calls.queue.js';
import { CampaignWaker } from './campaign-waker.js';
import { DialerTick } from './dialer-tick.js';

/**
 * A worker stops in the order of its work, before any connection is closed: no new jobs, those under way finish (a
 * placement is answered and stored), then no new claims. Nothing is left for reconcile to heal.
 */
@Injectable()
export class WorkerShutdown implements BeforeApplicationShutdown {
  constructor(
    private readonly tick: DialerTick,
    private readonly queue: CallsQueue,
    private readonly waker: CampaignWaker,
  ) {}

  async beforeApplicationShutdown(): Promise<void> {
    await this.tick.stop();
    await this.queue.drain();
    await this.waker.stop();
  }
}
