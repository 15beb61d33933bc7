import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import { Ticking } from '../../common/index.js';
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
  private readonly ticking = new Ticking(
    () => this.deleteExpired(),
    (error) => this.log.error(`The tick failed: ${String(error)}`),
  );

  constructor(private readonly keys: IdempotencyKeysRepository) {}

  @Cron(EACH_MINUTE)
  tick(): Promise<void> {
    return this.ticking.tick();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.ticking.stop();
  }

  private async deleteExpired(): Promise<void> {
    for (let batches = 0; batches < MOST_BATCHES && !this.ticking.isStopping; batches += 1) {
      if ((await this.keys.deleteExpired(BATCH)) < BATCH) return;
    }
  }
}
