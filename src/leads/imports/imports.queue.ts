import { InjectQueue } from '@nestjs/bull';
import { Injectable } from '@nestjs/common';
import type { JobStatus, Queue } from 'bull';
import { checkReadiness } from '../../queue/index.js';
import type { QueuedImport } from './lead-imports.repository.js';

export const IMPORTS_QUEUE = 'imports';
export const IMPORT_JOB = 'import';

/** All a job knows; the file is in Postgres. */
export interface ImportQueueJob {
  importId: string;
}

const ALIVE = new Set<JobStatus | 'stuck'>(['waiting', 'delayed', 'active', 'paused']);

/** Imports that wait for a worker. A job may be lost or come twice: the claim in Postgres decides. */
@Injectable()
export class ImportsQueue {
  constructor(@InjectQueue(IMPORTS_QUEUE) private readonly queue: Queue<ImportQueueJob>) {
    checkReadiness(queue);
  }

  async add(queued: QueuedImport): Promise<void> {
    await this.queue.add(IMPORT_JOB, { importId: queued.id }, { jobId: jobIdOf(queued) });
  }

  /** Whether the import's latest job waits or runs. */
  async has(queued: QueuedImport): Promise<boolean> {
    const job = await this.queue.getJob(jobIdOf(queued));
    return job !== null && ALIVE.has(await job.getState());
  }

  /** Takes no more jobs in this process, and resolves when those under way are done. */
  async drain(): Promise<void> {
    await this.queue.pause(true).catch(() => undefined);
  }
}

function jobIdOf({ id, queueSeq }: QueuedImport): string {
  return `${id}.${queueSeq}`;
}
