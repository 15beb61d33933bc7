import { Injectable } from '@nestjs/common';
import type { Tx } from '../../database/index.js';
import { CampaignDiary } from '../campaign-diary.js';
import { CampaignMovesRepository } from '../campaign-moves.repository.js';
import { CampaignRunsRepository } from './campaign-runs.repository.js';
import { DueCampaigns } from './due-campaigns.js';
import { planDue } from './due.js';
import { reasonOf } from './reasons.js';
import { ScheduleRepository, type DueRow } from './schedule.repository.js';

/** Writes down the runs of recurrences that are due: which takes place, which are missed or skipped, and the next. */
@Injectable()
export class RecurringRuns {
  constructor(
    private readonly due: DueCampaigns,
    private readonly schedules: ScheduleRepository,
    private readonly runs: CampaignRunsRepository,
    private readonly moves: CampaignMovesRepository,
    private readonly diary: CampaignDiary,
  ) {}

  /** Each due instant exactly once, however many processes ask. Answers the ids of campaigns with a run to open. */
  openDue(): Promise<string[]> {
    return this.due.each(
      (tx, except) => this.schedules.takeDueRun(tx, except),
      (tx, row) => this.open(tx, row),
      () => Promise.resolve(),
    );
  }

  private async open(tx: Tx, row: DueRow): Promise<boolean> {
    const { passed, run, nextRunAt } = planDue(row, row.now);
    for (const { dueAt, status, reason } of passed) {
      await this.runs.note(tx, row.id, { trigger: 'recurrence', status, dueAt, reason: reasonOf(reason) });
    }
    await this.schedules.setNextRun(tx, row.id, nextRunAt);
    if (run) await this.runs.open(tx, row.id, { ...run, reopen: row.recurrence.reopen });
    const last = passed.at(-1);
    if (!run && last && !nextRunAt) {
      await this.moves.notStarted(tx, row.id, false, reasonOf(last.reason));
      await this.diary.notStarted(tx, row.id, reasonOf(last.reason));
    }
    return run !== null;
  }
}
