import { Injectable } from '@nestjs/common';
import type { Tx } from '../../database/index.js';
import { CampaignDiary } from '../campaign-diary.js';
import { CampaignMovesRepository } from '../campaign-moves.repository.js';
import { CampaignStarts } from '../campaign-starts.service.js';
import { CampaignRunsRepository, type OpeningRun } from './campaign-runs.repository.js';
import { obstacleTo } from './due.js';
import { reasonOf } from './reasons.js';
import { ScheduleRepository } from './schedule.repository.js';

export type OpenRun = OpeningRun;

/** A run that is being prepared: whether it may still start, and its start. */
@Injectable()
export class RunStarter {
  constructor(
    private readonly schedules: ScheduleRepository,
    private readonly runs: CampaignRunsRepository,
    private readonly starts: CampaignStarts,
    private readonly moves: CampaignMovesRepository,
    private readonly diary: CampaignDiary,
  ) {}

  /** Campaigns whose run is being prepared. */
  waiting(): Promise<string[]> {
    return this.runs.openingCampaigns();
  }

  tellStarted(id: string): Promise<void> {
    return this.starts.tellStarted(id);
  }

  opened(tx: Tx, id: string, number: number, o: { through: string; reopened: number }): Promise<void> {
    return this.runs.opened(tx, id, number, o.through, o.reopened);
  }

  /** Locks the campaign. Undefined: there is no run to prepare, or not any more (started by hand, its time over). */
  async lock(tx: Tx, id: string): Promise<OpenRun | undefined> {
    const schedule = await this.schedules.lock(tx, id);
    const run = schedule && (await this.runs.opening(tx, id));
    if (!schedule?.recurrence || !run) return undefined;
    const { recurrence } = schedule;
    const obstacle = obstacleTo({ ...schedule, recurrence, isOpening: false }, run.dueAt, schedule.now);
    if (!obstacle) return run;
    await this.giveUp(tx, id, obstacle.status, reasonOf(obstacle.reason));
    return undefined;
  }

  /** Answers whether the campaign is active now; if not, the run says why. */
  async start(tx: Tx, id: string, { number, endsAt }: OpenRun): Promise<boolean> {
    const refusal = await this.starts.bySchedule(tx, id);
    if (refusal) {
      const { code, message } = refusal;
      await this.giveUp(tx, id, 'not_started', { code, message });
      return false;
    }
    await this.runs.beginOpened(tx, id, number);
    await this.schedules.countRun(tx, id, endsAt);
    await this.diary.byItself(tx, id, { to: 'active', details: { trigger: 'recurrence', run: number } });
    return true;
  }

  private async giveUp(
    tx: Tx,
    id: string,
    status: 'missed' | 'skipped' | 'not_started',
    reason: { code: string; message: string },
  ): Promise<void> {
    await this.runs.closeOpening(tx, id, status, reason);
    if (status === 'skipped') return;
    await this.moves.notStarted(tx, id, false, reason);
    await this.diary.notStarted(tx, id, reason);
  }
}
