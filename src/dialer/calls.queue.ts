import { InjectQueue } from '@nestjs/bull';
import { Injectable, Logger } from '@nestjs/common';
import type { JobStatus, Queue } from 'bull';
import { checkReadiness, gatherWrites } from '../queue/index.js';
import { spreadOut } from './rules/spread.js';

export const CALLS_QUEUE = 'calls';
export const PLACE_JOB = 'place';

/** All a job knows; whatever else is needed is read from Postgres when it runs. */
export interface PlaceJob {
  callId: string;
}

const ALIVE = new Set<JobStatus | 'stuck'>(['waiting', 'delayed', 'active', 'paused']);

/** A call and the number of its return to the queue. */
export interface QueuedCall {
  id: string;
  seq: number;
}

/**
 * Calls that wait to be placed. Bull silently ignores a job id it has seen, so each return to the queue has a
 * number of its own: `<callId>.<seq>`.
 */
@Injectable()
export class CallsQueue {
  private readonly log = new Logger(CallsQueue.name);
  /** Calls of large claims that are handed out in a moment. */
  private readonly later = new Map<NodeJS.Timeout, QueuedCall[]>();

  constructor(@InjectQueue(CALLS_QUEUE) private readonly queue: Queue<PlaceJob>) {
    checkReadiness(queue);
    gatherWrites(queue);
  }

  /**
   * One command a job, sent together: `addBulk` would hide a script that Redis refused (while loading after kill -9)
   * inside its transaction, and succeed ever after without queueing anything.
   * @param delayMs how long the jobs wait before a worker may take them
   */
  async add(calls: QueuedCall[], delayMs = 0): Promise<void> {
    if (calls.length === 0) return;
    const delay = Math.max(0, Math.ceil(delayMs));
    await Promise.all(
      calls.map((call) => this.queue.add(PLACE_JOB, { callId: call.id }, { jobId: jobIdOf(call), delay })),
    );
  }

  /**
   * `add` for the calls of one claim: of a large one by and by (`spreadOut`). By this process's timers, not as delayed jobs: those
   * are due by the clock of the machine that adds them, and found due by another's. A process that dies first leaves calls without a job, as
   * after any claim.
   */
  async handOut(calls: QueuedCall[]): Promise<void> {
    const [first, ...others] = spreadOut(calls);
    for (const { items, delayMs } of others) {
      const timer = setTimeout(() => {
        this.later.delete(timer);
        this.add(items).catch((error: unknown) => {
          this.log.warn(`Calls of a claim were not queued, and will be by reconcile: ${String(error)}`);
        });
      }, delayMs);
      this.later.set(timer, items);
    }
    await this.add(first.items);
  }

  /** Hands out at once what is left of large claims. */
  async handOutNow(): Promise<void> {
    const calls = [...this.later.values()].flat();
    for (const timer of this.later.keys()) clearTimeout(timer);
    this.later.clear();
    await this.add(calls).catch(() => undefined);
  }

  /** Takes no more jobs in this process and resolves when those under way are done. Away Redis keeps nobody waiting. */
  async drain(): Promise<void> {
    await this.queue.pause(true).catch(() => undefined);
  }

  /**
   * Whether the call's job waits or runs. Its key alone proves nothing: a worker that was stopped for longer than its
   * lock comes back to a job that was removed meanwhile, and Bull then writes a remnant under its key.
   */
  async has(call: QueuedCall): Promise<boolean> {
    const job = await this.queue.getJob(jobIdOf(call));
    return job !== null && ALIVE.has(await job.getState());
  }
}

function jobIdOf(call: QueuedCall): string {
  return `${call.id}.${call.seq}`;
}
