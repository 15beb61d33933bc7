import { Injectable } from '@nestjs/common';
import { sourcesOf } from '../common/index.js';
import { andOwn, Database, type Tx } from '../database/index.js';
import { EventRecords, Outbox, QUEUED_FOR, recordEvents, type EventType } from '../journal/index.js';
import { campaignEvent, THE_CAMPAIGN } from './campaign-events.js';
import type { PausedReason } from './campaign.entity.js';
import type { ScheduleReason } from './schedule/reasons.js';
import { CAMPAIGN_TRANSITIONS, type CampaignStatus } from './campaign.states.js';

/** A paused campaign is resumed, not started. */
const STARTABLE = sourcesOf(CAMPAIGN_TRANSITIONS, 'active').filter((status) => status !== 'paused');

const PENDING = `EXISTS (SELECT 1 FROM leads WHERE campaign_id = campaigns.id AND status = 'pending')`;
const NOT_ENDED = '(end_at IS NULL OR end_at > clock_timestamp())';
const UNFINISHED = `EXISTS (SELECT 1 FROM leads WHERE campaign_id = campaigns.id AND status IN ('pending', 'calling'))`;

interface Move {
  to: CampaignStatus;
  from: CampaignStatus[];
  event: EventType;
  /** Further assignments; `$4` is `reason`. */
  set: string;
  /** A further condition. */
  where?: string;
  reason?: PausedReason | null;
  /** It ends the run under way, for the same reason. */
  endsRun?: boolean;
}

/** In the statement that stops or completes a campaign, after its `moved`. */
const END_RUN = `, ended AS (
    UPDATE campaign_runs SET status = $2, reason = $4, ended_at = clock_timestamp() FROM moved
    WHERE campaign_id = moved.id AND campaign_runs.status = 'running' AND ended_at IS NULL)`;

/** The moves of a campaign's life: each one guarded UPDATE, which answers whether it happened. */
@Injectable()
export class CampaignMovesRepository {
  constructor(
    private readonly database: Database,
    private readonly events: EventRecords,
    private readonly outbox: Outbox,
  ) {}

  /**
   * Draft, scheduled, stopped or completed → active, if a lead is pending and the end has not come.
   * @param bySchedule a start by hand takes the schedule's place; a start by schedule keeps it on show
   */
  start(tx: Tx, id: string, bySchedule: boolean): Promise<boolean> {
    const scheduled = bySchedule ? '' : 'scheduled_at = NULL, ';
    const set = `${scheduled}started_at = clock_timestamp(), active_since = clock_timestamp(), completed_at = NULL, run_ends_at = NULL, stopped_reason = NULL,
      paused_reason = $4`;
    const where = `${PENDING} AND ${NOT_ENDED}`;
    return this.move(id, { to: 'active', from: STARTABLE, event: 'campaign.started', set, where }, tx);
  }

  resume(tx: Tx, id: string): Promise<boolean> {
    return this.move(
      id,
      {
        to: 'active',
        from: ['paused'],
        event: 'campaign.resumed',
        set: 'active_since = clock_timestamp(), paused_reason = $4',
        where: NOT_ENDED,
      },
      tx,
    );
  }

  /** @param reason why it paused itself; null: a person paused it */
  pause(id: string, reason: PausedReason | null, tx?: Tx): Promise<boolean> {
    const from = sourcesOf(CAMPAIGN_TRANSITIONS, 'paused');
    return this.move(
      id,
      { to: 'paused', from, event: 'campaign.paused', set: 'paused_reason = $4', reason },
      tx,
    );
  }

  /** @param reason why the schedule stops it; null: a person stops it, and a recurrence with it */
  stop(id: string, reason: ScheduleReason | null, tx?: Tx): Promise<boolean> {
    const from = sourcesOf(CAMPAIGN_TRANSITIONS, 'stopped');
    const set = `paused_reason = NULL, run_ends_at = NULL, stopped_reason = $4${reason ? '' : ', next_run_at = NULL'}`;
    return this.move(id, { to: 'stopped', from, event: 'campaign.stopped', set, reason, endsRun: true }, tx);
  }

  /** Active → completed, if each lead is completed or failed. `tx` must hold the campaign closed to new leads. */
  complete(tx: Tx, id: string): Promise<boolean> {
    const from = sourcesOf(CAMPAIGN_TRANSITIONS, 'completed');
    const set = 'completed_at = clock_timestamp(), run_ends_at = NULL, paused_reason = $4';
    const where = `NOT ${UNFINISHED}`;
    return this.move(
      id,
      { to: 'completed', from, event: 'campaign.completed', set, where, endsRun: true },
      tx,
    );
  }

  /**
   * A start that was scheduled, or a run that was due, did not come about. Scheduled → draft, unless another is to come.
   * @param isOnce the start was scheduled by `scheduledAt`, which is over now
   */
  async notStarted(tx: Tx, id: string, isOnce: boolean, reason: PausedReason): Promise<void> {
    const { affected } = await this.database.run(
      `UPDATE campaigns SET paused_reason = $2, updated_at = now(),
         scheduled_at = CASE WHEN $3::boolean THEN NULL ELSE scheduled_at END,
         status = CASE WHEN status = 'scheduled' AND next_run_at IS NULL AND ($3::boolean OR scheduled_at IS NULL)
           THEN 'draft' ELSE status END
        WHERE id = $1 AND status NOT IN ('active', 'paused')`,
      [id, JSON.stringify(reason), isOnce],
      tx,
    );
    if (affected > 0) await this.events.record(tx, 'campaign.updated', THE_CAMPAIGN, id);
  }

  async hasPendingLeads(tx: Tx, id: string): Promise<boolean> {
    const rows = await this.database.query(
      `SELECT 1 FROM leads WHERE campaign_id = $1 AND status = 'pending' LIMIT 1`,
      [id],
      tx,
    );
    return rows.length > 0;
  }

  /** Whether no start is possible any more, on the database's clock. */
  async hasEnded(tx: Tx, id: string): Promise<boolean> {
    const rows = await this.database.query(
      `SELECT 1 FROM campaigns WHERE id = $1 AND NOT ${NOT_ENDED}`,
      [id],
      tx,
    );
    return rows.length > 0;
  }

  private async move(id: string, move: Move, tx?: Tx): Promise<boolean> {
    const { to, from, event, set, where, reason, endsRun } = move;
    const told = { ...campaignEvent('campaign_row'), type: `'${event}'`, from: 'FROM moved WHERE true' };
    const values = [id, to, from, reason ? JSON.stringify(reason) : null];
    const [row] = await this.database.query<{ queuedFor: string[] }>(
      `WITH moved AS (
         UPDATE campaigns SET status = $2, updated_at = now(), ${set}
          WHERE id = $1 AND status = ANY($3)${andOwn(values)} ${where ? `AND ${where}` : ''} RETURNING id, campaigns AS campaign_row
       )${endsRun ? END_RUN : ''}, ${recordEvents(told)}
       SELECT ${QUEUED_FOR} AS "queuedFor" FROM moved`,
      values,
      tx,
    );
    this.outbox.ring(row?.queuedFor);
    return row !== undefined;
  }
}
