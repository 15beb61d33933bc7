import { OnQueueFailed, Process, Processor } from '@nestjs/bull';
import { Logger } from '@nestjs/common';
import type { Job } from 'bull';
import { ImportRunner } from './import-runner.service.js';
import { IMPORT_JOB, IMPORTS_QUEUE, type ImportQueueJob } from './imports.queue.js';

/** One at a time and process: an import keeps a processor and a connection busy; other workers take the next. */
const CONCURRENCY = 1;

/** Drives the queue of imports. */
@Processor(IMPORTS_QUEUE)
export class ImportsProcessor {
  private readonly log = new Logger(ImportsProcessor.name);

  constructor(private readonly runner: ImportRunner) {}

  @Process({ name: IMPORT_JOB, concurrency: CONCURRENCY })
  async import(job: Job<ImportQueueJob>): Promise<void> {
    await this.runner.run(job.data.importId);
  }

  /** The tick looks after the import. */
  @OnQueueFailed()
  failed(job: Job<ImportQueueJob> | null, error: Error): void {
    this.log.warn(`Import job ${job?.id ?? '(gone)'} failed: ${error.message}`);
  }
}
