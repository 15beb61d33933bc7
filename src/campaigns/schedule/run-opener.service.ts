import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../common/index.js';
import { Database, type Tx } from '../../database/index.js';
import { CampaignCountersRepository } from '../campaign-counters.repository.js';
import { ReopenRepository } from './reopen.repository.js';
import { RunStarter, type OpenRun } from './run-starter.js';

/** Leads looked at in one transaction, which holds the campaign's lock for some 100 ms. */
const BATCH = 5000;
/** A campaign of a million leads is opened over many ticks: what the tick does for others must not wait. */
const TICK_MS = 1000;

/** Re-opens the leads that a run calls again, batch by batch, and starts the campaign when all have been looked at. */
@Injectable()
export class RunOpener {
  private readonly log = new Logger(RunOpener.name);

  constructor(
    private readonly database: Database,
    private readonly starter: RunStarter,
    private readonly leads: ReopenRepository,
    private readonly counters: CampaignCountersRepository,
    private readonly clock: Clock,
  ) {}

  /** Goes on with every run that is being prepared, in turns, for a second at most. Answers the ids started. */
  async openRuns(): Promise<string[]> {
    const until = this.clock.monotonic() + TICK_MS;
    const started: string[] = [];
    let waiting = await this.starter.waiting();
    while (waiting.length > 0 && this.clock.monotonic() < until) {
      const steps: string[] = [];
      for (const id of waiting) {
        const step = await this.step(id);
        if (step === 'more') steps.push(id);
        if (step === 'started') started.push(id);
      }
      waiting = steps;
    }
    return started;
  }

  /** One batch, or the start. A crash before or after leaves a run that the next tick goes on with. */
  private async step(id: string): Promise<'more' | 'started' | 'over'> {
    try {
      const step = await this.database.transaction((tx) => this.stepIn(tx, id));
      if (step === 'started') await this.starter.tellStarted(id);
      return step;
    } catch (error) {
      this.log.error(`The run of campaign ${id} is not open yet: ${String(error)}`);
      return 'over';
    }
  }

  private async stepIn(tx: Tx, id: string): Promise<'more' | 'started' | 'over'> {
    const run = await this.starter.lock(tx, id);
    if (!run) return 'over';
    if (run.reopen !== 'none' && (await this.reopenNext(tx, id, run))) return 'more';
    return (await this.starter.start(tx, id, run)) ? 'started' : 'over';
  }

  /** Answers whether there may be more leads. */
  private async reopenNext(tx: Tx, id: string, { number, reopen, openedThrough }: OpenRun): Promise<boolean> {
    const batch = { rule: reopen, after: openedThrough, limit: BATCH };
    const { through, reopened, delta } = await this.leads.reopenNext(tx, id, batch);
    if (through === null) return false;
    await this.starter.opened(tx, id, number, { through, reopened });
    await this.counters.apply(tx, id, delta);
    return true;
  }
}
