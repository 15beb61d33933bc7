import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import { IdempotencyKeysRepository } from './idempotency-keys.repository.js';

const EACH_MINUTE = '30 * * * * *';
/** Rows of one statement: none holds locks for long. */
const BATCH = 1000;
/** Of one tick: what is left waits for the next. */
const MOST_BATCHES = 100;

/** Deletes keys whose day is over. In every worker at once: rows that one is deleting the others leave out. */
@Injectable()
export class IdempotencyTick implements BeforeApplicationShutdown {
  private readonly log = new Logger(IdempotencyTick.name);
  private running: Promise<void> | undefined;
  private isStopping = false;

  constructor(private readonly keys: IdempotencyKeysRepository) {}

  @Cron(EACH_MINUTE)
  async tick(): Promise<void> {
    if (this.running || this.isStopping) return;
    this.running = this.deleteExpired().catch((error: unknown) => {
      this.log.error(`The tick failed: ${String(error)}`);
    });
    await this.running;
    this.running = undefined;
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    await this.running;
  }

  private async deleteExpired(): Promise<void> {
    for (let batches = 0; batches < MOST_BATCHES && !this.isStopping; batches += 1) {
      if ((await this.keys.deleteExpired(BATCH)) < BATCH) return;
    }
  }
}
