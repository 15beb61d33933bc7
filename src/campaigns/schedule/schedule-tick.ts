import { Injectable, Logger } from '@nestjs/common';
import { CampaignEnds } from './campaign-ends.service.js';
import { RecurringRuns } from './recurring-runs.service.js';
import { RunOpener } from './run-opener.service.js';
import { ScheduledStarts } from './scheduled-starts.service.js';

/** All that schedules make happen now. Safe to run in several processes at once: each change is made once. */
@Injectable()
export class ScheduleTick {
  private readonly log = new Logger(ScheduleTick.name);

  constructor(
    private readonly ends: CampaignEnds,
    private readonly starts: ScheduledStarts,
    private readonly runs: RecurringRuns,
    private readonly opener: RunOpener,
  ) {}

  /** Ends first: a run that is due must find the one before it stopped. Each step by itself: one that fails is tried again. */
  async mind(): Promise<void> {
    const steps = {
      end: () => this.ends.stopEnded(),
      start: () => this.starts.startDue(),
      recur: () => this.runs.openDue(),
      open: () => this.opener.openRuns(),
    };
    for (const [name, step] of Object.entries(steps)) {
      await step().catch((error: unknown) => {
        this.log.error(`Schedules (${name}) failed and are tried again: ${String(error)}`);
      });
    }
  }
}
