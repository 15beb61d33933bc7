import { Injectable } from '@nestjs/common';
import { sourcesOf } from '../common/index.js';
import { Database, type Tx } from '../database/index.js';
import type { PausedReason } from './campaign.entity.js';
import { CAMPAIGN_TRANSITIONS, type CampaignStatus } from './campaign.states.js';

/** A paused campaign is resumed, not started. */
const STARTABLE = sourcesOf(CAMPAIGN_TRANSITIONS, 'active').filter((status) => status !== 'paused');

const PENDING = `EXISTS (SELECT 1 FROM leads WHERE campaign_id = campaigns.id AND status = 'pending')`;
const UNFINISHED = `EXISTS (SELECT 1 FROM leads WHERE campaign_id = campaigns.id AND status IN ('pending', 'calling'))`;

interface Move {
  to: CampaignStatus;
  from: CampaignStatus[];
  /** Further assignments; `$4` is `reason`. */
  set: string;
  /** A further condition. */
  where?: string;
  reason?: PausedReason | null;
}

/** The moves of a campaign's life: each one guarded UPDATE, which answers whether it happened. */
@Injectable()
export class CampaignMovesRepository {
  constructor(private readonly database: Database) {}

  /**
   * Draft, scheduled, stopped or completed → active, if a lead is pending.
   * @param bySchedule a start by hand takes the schedule's place; a start by schedule keeps it on show
   */
  start(tx: Tx, id: string, bySchedule: boolean): Promise<boolean> {
    const scheduled = bySchedule ? '' : 'scheduled_at = NULL, ';
    const set = `${scheduled}started_at = clock_timestamp(), active_since = clock_timestamp(), completed_at = NULL, paused_reason = $4`;
    return this.move(id, { to: 'active', from: STARTABLE, set, where: PENDING }, tx);
  }

  resume(tx: Tx, id: string): Promise<boolean> {
    return this.move(
      id,
      { to: 'active', from: ['paused'], set: 'active_since = clock_timestamp(), paused_reason = $4' },
      tx,
    );
  }

  /** @param reason why it paused itself; null: a person paused it */
  pause(id: string, reason: PausedReason | null, tx?: Tx): Promise<boolean> {
    const from = sourcesOf(CAMPAIGN_TRANSITIONS, 'paused');
    return this.move(id, { to: 'paused', from, set: 'paused_reason = $4', reason }, tx);
  }

  stop(id: string): Promise<boolean> {
    const from = sourcesOf(CAMPAIGN_TRANSITIONS, 'stopped');
    return this.move(id, { to: 'stopped', from, set: 'paused_reason = $4' });
  }

  /** Active → completed, if each lead is completed or failed. `tx` must hold the campaign closed to new leads. */
  complete(tx: Tx, id: string): Promise<boolean> {
    const from = sourcesOf(CAMPAIGN_TRANSITIONS, 'completed');
    const set = 'completed_at = clock_timestamp(), paused_reason = $4';
    return this.move(id, { to: 'completed', from, set, where: `NOT ${UNFINISHED}` }, tx);
  }

  /** Scheduled → draft, with the reason why it could not start. */
  unschedule(tx: Tx, id: string, reason: PausedReason): Promise<boolean> {
    const from = sourcesOf(CAMPAIGN_TRANSITIONS, 'draft');
    return this.move(id, { to: 'draft', from, set: 'scheduled_at = NULL, paused_reason = $4', reason }, tx);
  }

  /**
   * Locks one scheduled campaign whose time has come and that nobody else is starting.
   * @param except ids not to take
   */
  async takeDue(tx: Tx, except: string[]): Promise<string | undefined> {
    // NO KEY UPDATE: a campaign whose leads are being inserted (they hold KEY SHARE on it) is not skipped.
    const [row] = await this.database.query<{ id: string }>(
      `SELECT id FROM campaigns
        WHERE status = 'scheduled' AND scheduled_at <= now() AND id <> ALL($1::uuid[])
        ORDER BY scheduled_at LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED`,
      [except],
      tx,
    );
    return row?.id;
  }

  async hasPendingLeads(tx: Tx, id: string): Promise<boolean> {
    const rows = await this.database.query(
      `SELECT 1 FROM leads WHERE campaign_id = $1 AND status = 'pending' LIMIT 1`,
      [id],
      tx,
    );
    return rows.length > 0;
  }

  private async move(id: string, { to, from, set, where, reason }: Move, tx?: Tx): Promise<boolean> {
    const { affected } = await this.database.run(
      `UPDATE campaigns SET status = $2, updated_at = now(), ${set}
        WHERE id = $1 AND status = ANY($3) ${where ? `AND ${where}` : ''}`,
      [id, to, from, reason ? JSON.stringify(reason) : null],
      tx,
    );
    return affected === 1;
  }
}
