import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import { Ticking } from '../../common/index.js';
import { ImportRunner } from './import-runner.service.js';
import { ImportsQueue } from './imports.queue.js';
import { LeadImportsRepository } from './lead-imports.repository.js';

const EACH_SECOND = '* * * * * *';

/**
 * The net under the queue: an import whose job was lost, or whose worker is gone, gets a new job. In every worker at once:
 * the guarded statement lets one of them number it. Also stops imports in their order: no new ones, those under way
 * are given up, before any connection is closed.
 */
@Injectable()
export class ImportsTick implements BeforeApplicationShutdown {
  private readonly log = new Logger(ImportsTick.name);
  private readonly ticking = new Ticking(
    () => this.heal(),
    (error) => this.log.error(`The tick failed: ${String(error)}`),
  );

  constructor(
    private readonly imports: LeadImportsRepository,
    private readonly queue: ImportsQueue,
    private readonly runner: ImportRunner,
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
  }

  private async heal(): Promise<void> {
    for (const silent of await this.imports.silent()) {
      if (await this.queue.has(silent)) continue;
      const queued = await this.imports.requeue(silent);
      if (queued) await this.queue.add(queued);
    }
  }
}
