import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import { CallerIdRests } from './caller-id-rests.service.js';

const EVERY_FIVE_SECONDS = '*/5 * * * * *';

/** Looks at the numbers' answer rates. In every worker: what two of them find at once is one rest. */
@Injectable()
export class CallerIdsTick implements BeforeApplicationShutdown {
  private readonly log = new Logger(CallerIdsTick.name);
  private running: Promise<void> | undefined;
  private isStopping = false;

  constructor(private readonly rests: CallerIdRests) {}

  @Cron(EVERY_FIVE_SECONDS)
  async tick(): Promise<void> {
    if (this.running || this.isStopping) return;
    this.running = this.rests.restBroken().catch((error: unknown) => {
      this.log.warn(`The answer rates were not looked at: ${String(error)}`);
    });
    await this.running;
    this.running = undefined;
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    await this.running;
  }
}
