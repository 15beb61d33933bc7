import { Injectable } from '@nestjs/common';
import { andOwn, Database, type Tx } from '../../database/index.js';
import type { CampaignStatus } from '../campaign.states.js';
import type { DueCampaign } from './due.js';
import type { Schedule } from './plan.js';

/** A campaign's schedule under its lock, and the database's clock at that moment. */
export type LockedSchedule = Schedule & { now: Date };

/** A scheduled campaign whose time has come. */
export interface DueStart {
  id: string;
  scheduledAt: Date;
  endAt: Date | null;
  now: Date;
}

/** A campaign with a run that is due. */
export type DueRow = DueCampaign & { id: string; now: Date };

/** A campaign that runs although its end, or its run's, has come. */
export interface EndingRow {
  id: string;
  status: CampaignStatus;
  endAt: Date | null;
  runEndsAt: Date | null;
  now: Date;
}

const SCHEDULE = `status, scheduled_at AS "scheduledAt", end_at AS "endAt", recurrence, next_run_at AS "nextRunAt",
  runs_left AS "runsLeft", clock_timestamp() AS now`;

/**
 * What the schedule tick asks for, on the database's clock. Each answers one campaign, locked until `tx` ends, that
 * nobody else has locked: NO KEY UPDATE, so that one whose leads are being inserted (KEY SHARE) is not skipped. What is
 * due is compared with now(), the beginning of `tx`: only that can be looked up in an index.
 */
@Injectable()
export class ScheduleRepository {
  constructor(private readonly database: Database) {}

  /** Locks a campaign against moves, changes, claims and deletes; undefined: no such campaign. */
  async lock(tx: Tx, id: string): Promise<LockedSchedule | undefined> {
    const values = [id];
    const own = andOwn(values);
    return this.one(`SELECT ${SCHEDULE} FROM campaigns WHERE id = $1${own} FOR NO KEY UPDATE`, values, tx);
  }

  /** @param except ids not to take */
  takeDueStart(tx: Tx, except: string[]): Promise<DueStart | undefined> {
    return this.one(
      `SELECT id, scheduled_at AS "scheduledAt", end_at AS "endAt", clock_timestamp() AS now FROM campaigns
        WHERE status = 'scheduled' AND scheduled_at <= now() AND id <> ALL($1::uuid[])
        ORDER BY scheduled_at LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED`,
      [except],
      tx,
    );
  }

  /** @param except ids not to take */
  takeDueRun(tx: Tx, except: string[]): Promise<DueRow | undefined> {
    return this.one(
      `SELECT id, ${SCHEDULE}, EXISTS (SELECT 1 FROM campaign_runs
           WHERE campaign_id = campaigns.id AND status = 'opening' AND ended_at IS NULL) AS "isOpening"
         FROM campaigns WHERE next_run_at <= now() AND id <> ALL($1::uuid[])
        ORDER BY next_run_at LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED`,
      [except],
      tx,
    );
  }

  /** @param except ids not to take */
  takeEnding(tx: Tx, except: string[]): Promise<EndingRow | undefined> {
    return this.one(
      `SELECT id, status, end_at AS "endAt", run_ends_at AS "runEndsAt", clock_timestamp() AS now FROM campaigns
        WHERE status IN ('active','paused') AND LEAST(end_at, run_ends_at) <= now() AND id <> ALL($1::uuid[])
        ORDER BY LEAST(end_at, run_ends_at) LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED`,
      [except],
      tx,
    );
  }

  /** The recurrence is due again at `nextRunAt`; null: never. */
  async setNextRun(tx: Tx, id: string, nextRunAt: Date | null): Promise<void> {
    await this.database.run('UPDATE campaigns SET next_run_at = $2 WHERE id = $1', [id, nextRunAt], tx);
  }

  /** A run of the recurrence has started: one less is left, and after the last none is due. */
  async countRun(tx: Tx, id: string, runEndsAt: Date | null): Promise<void> {
    await this.database.run(
      `UPDATE campaigns SET run_ends_at = $2, runs_left = CASE WHEN runs_left > 0 THEN runs_left - 1 ELSE runs_left END,
         next_run_at = CASE WHEN runs_left <= 1 THEN NULL ELSE next_run_at END WHERE id = $1`,
      [id, runEndsAt],
      tx,
    );
  }

  private async one<T>(sql: string, parameters: unknown[], tx: Tx): Promise<T | undefined> {
    return (await this.database.query<T>(sql, parameters, tx))[0];
  }
}
