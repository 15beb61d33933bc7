import { Injectable, Logger } from '@nestjs/common';
import type { Tx } from '../../database/index.js';
import { CampaignDiary } from '../campaign-diary.js';
import { CampaignLifecycleService } from '../campaign-lifecycle.service.js';
import { CampaignMovesRepository } from '../campaign-moves.repository.js';
import { DueCampaigns } from './due-campaigns.js';
import { endReason } from './due.js';
import { reasonOf } from './reasons.js';
import { ScheduleRepository, type EndingRow } from './schedule.repository.js';

/** Stops campaigns whose end, or whose run's end, has come. */
@Injectable()
export class CampaignEnds {
  private readonly log = new Logger(CampaignEnds.name);

  constructor(
    private readonly due: DueCampaigns,
    private readonly schedules: ScheduleRepository,
    private readonly moves: CampaignMovesRepository,
    private readonly lifecycle: CampaignLifecycleService,
    private readonly diary: CampaignDiary,
  ) {}

  /**
   * Active or paused → stopped, with the reason in `stoppedReason`. The guard of each placement knows the end to the
   * millisecond; this takes back what is queued. Resolves when that is done. Calls in progress end by themselves.
   * @returns the ids stopped
   */
  async stopEnded(): Promise<string[]> {
    const halts: Promise<void>[] = [];
    const stopped = await this.due.each(
      (tx, except) => this.schedules.takeEnding(tx, except),
      (tx, row) => this.stop(tx, row),
      ({ id }) => {
        halts.push(this.halt(id));
        return Promise.resolve();
      },
    );
    await Promise.all(halts);
    return stopped;
  }

  private async stop(tx: Tx, row: EndingRow): Promise<boolean> {
    const ended = endReason(row, row.now);
    if (ended === null) return false;
    const reason = reasonOf(ended);
    if (!(await this.moves.stop(row.id, reason, tx))) return false;
    await this.diary.byItself(tx, row.id, { from: row.status, to: 'stopped', details: { reason } });
    return true;
  }

  /** The healing tick withdraws what a halt left behind. */
  private async halt(id: string): Promise<void> {
    await this.lifecycle.halt(id, 'stopped', { hangup: false }).catch((error: unknown) => {
      this.log.warn(`Campaign ${id} has ended: ${String(error)}`);
    });
  }
}
