import { Injectable } from '@nestjs/common';
import { CallsQueue } from './calls.queue.js';
import { PlacementRepository } from './placement.repository.js';
import { ReconcileRepository } from './reconcile.repository.js';

/** A queued call's job is doubted after so long without news. */
const DOUBT_JOB_AFTER_MS = 3000;

/** Redis may have lost a job, or a process died between its commit and its queueing: the call gets a new one. */
@Injectable()
export class JobHealer {
  constructor(
    private readonly found: ReconcileRepository,
    private readonly placements: PlacementRepository,
    private readonly queue: CallsQueue,
  ) {}

  async heal(): Promise<void> {
    for (const call of await this.found.queuedSince(DOUBT_JOB_AFTER_MS)) {
      if (await this.queue.has(call)) continue;
      const seq = await this.placements.requeueQueued(call.id, { code: 'JOB_LOST' });
      if (seq !== null) await this.queue.add([{ id: call.id, seq }]);
    }
  }
}
