import { Injectable } from '@nestjs/common';
import type { Tx } from '../../database/index.js';
import { CampaignDiary } from '../campaign-diary.js';
import { CampaignMovesRepository } from '../campaign-moves.repository.js';
import { CampaignStarts, endPassed } from '../campaign-starts.service.js';
import { CampaignRunsRepository } from './campaign-runs.repository.js';
import { DueCampaigns } from './due-campaigns.js';
import { planStart } from './due.js';
import { reasonOf } from './reasons.js';
import { ScheduleRepository, type DueStart } from './schedule.repository.js';

/** Starts campaigns that were scheduled once, by `scheduledAt`. */
@Injectable()
export class ScheduledStarts {
  constructor(
    private readonly due: DueCampaigns,
    private readonly schedules: ScheduleRepository,
    private readonly moves: CampaignMovesRepository,
    private readonly starts: CampaignStarts,
    private readonly runs: CampaignRunsRepository,
    private readonly diary: CampaignDiary,
  ) {}

  /**
   * Starts the scheduled campaigns whose time (database clock) has come, each exactly once however many processes
   * ask, and however late. One that cannot start (no pending lead, no active agent, its end has come) is a draft again,
   * with the reason in `pausedReason`: leads added days later must not start ringing at once. Answers the ids started.
   */
  startDue(): Promise<string[]> {
    return this.due.each(
      (tx, except) => this.schedules.takeDueStart(tx, except),
      (tx, row) => this.start(tx, row),
      ({ id }) => this.starts.tellStarted(id),
    );
  }

  private async start(tx: Tx, { id, scheduledAt, endAt, now }: DueStart): Promise<boolean> {
    const isLate = planStart({ endAt }, now) === 'LATE_END_AT';
    const refusal = isLate ? endPassed() : await this.starts.bySchedule(tx, id);
    if (!refusal) {
      await this.runs.begin(tx, id, 'schedule', scheduledAt);
      const details = { trigger: 'schedule', scheduledAt };
      await this.diary.byItself(tx, id, { from: 'scheduled', to: 'active', details });
      return true;
    }
    const { code, message } = refusal;
    await this.moves.notStarted(tx, id, true, { code, message: `Not started as scheduled: ${message}` });
    await this.diary.notStarted(tx, id, { code, message });
    await this.runs.note(tx, id, {
      trigger: 'schedule',
      status: isLate ? 'missed' : 'not_started',
      dueAt: scheduledAt,
      reason: isLate ? reasonOf('LATE_END_AT') : { code, message },
    });
    return false;
  }
}
