import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import { Ticking } from '../../common/index.js';
import { AppConfig } from '../../config/index.js';
import { Leases } from '../../database/index.js';
import { OutboxSweepRepository } from './outbox-sweep.repository.js';

const EACH_MINUTE = '30 * * * * *';
const LEASE = 'webhooks-sweep';
const LEASE_MS = 60_000;

/** Deletes old events and what became of them, each minute, in one process at a time. */
@Injectable()
export class OutboxSweep implements BeforeApplicationShutdown {
  private readonly log = new Logger(OutboxSweep.name);
  private readonly ticking = new Ticking(
    () => this.act(),
    (error) => this.log.error(`Old events could not be deleted: ${String(error)}`),
  );

  constructor(
    private readonly rows: OutboxSweepRepository,
    private readonly leases: Leases,
    private readonly config: AppConfig,
  ) {}

  @Cron(EACH_MINUTE)
  sweep(): Promise<void> {
    return this.ticking.tick();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.ticking.stop();
  }

  private async act(): Promise<void> {
    for (let hasMore = true; hasMore && !this.ticking.isStopping;) {
      if (!(await this.leases.take(LEASE, LEASE_MS))) return;
      hasMore = await this.rows.sweep(this.config.WEBHOOKS_KEEP_DAYS);
    }
    await this.leases.release(LEASE);
  }
}
