import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { Cron } from '@nestjs/schedule';
import { Ticking } from '../common/index.js';
import { CallerIdRests } from './caller-id-rests.service.js';

const EVERY_FIVE_SECONDS = '*/5 * * * * *';

/** Looks at the numbers' answer rates. In every worker: what two of them find at once is one rest. */
@Injectable()
export class CallerIdsTick implements BeforeApplicationShutdown {
  private readonly log = new Logger(CallerIdsTick.name);
  private readonly ticking = new Ticking(
    () => this.rests.restBroken(),
    (error) => this.log.warn(`The answer rates were not looked at: ${String(error)}`),
  );

  constructor(private readonly rests: CallerIdRests) {}

  @Cron(EVERY_FIVE_SECONDS)
  tick(): Promise<void> {
    return this.ticking.tick();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.ticking.stop();
  }
}
