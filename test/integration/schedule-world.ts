import type { TestingModule } from '@nestjs/testing';
import type pg from 'pg';
import { newId } from '../../src/common/index.js';
import { insertCampaign } from '../factories/campaign.factory.js';
import { fictionalNumber } from '../factories/lead.factory.js';
import { startCampaignWorld, type CampaignWorld } from './campaign-world.js';

export const MINUTE = 60_000;
export const ago = (minutes: number): Date => new Date(Date.now() - minutes * MINUTE);

export interface LeadRow {
  status: string;
  reason: string | null;
}

interface RunRow {
  number: number;
  trigger: string;
  status: string;
  reason: { code: string } | null;
  due_at: Date;
  leads_reopened: number;
  leads_pending: number;
}

const DAILY = {
  cron: '0 0 * * *',
  timezone: 'UTC',
  reopen: 'none',
  until: null,
  maxRuns: null,
  runMinutes: null,
};

/** Campaigns with schedules, straight in the tables. */
export class ScheduleWorld {
  private constructor(private readonly world: CampaignWorld) {}

  static async start(): Promise<ScheduleWorld> {
    return new ScheduleWorld(await startCampaignWorld());
  }

  get sql(): pg.Pool {
    return this.world.sql;
  }

  get rooms(): TestingModule {
    return this.world.rooms;
  }

  /** Another process on the same database. */
  join(): Promise<TestingModule> {
    return this.world.join();
  }

  close(): Promise<void> {
    return this.world.close();
  }

  /** Recurring since long and due now, unless told otherwise; with one pending lead, or these, all counted. */
  async campaign(o: {
    row?: Record<string, unknown>;
    recurrence?: object | null;
    leads?: LeadRow[];
  }): Promise<string> {
    const { row = {}, recurrence = {}, leads = [{ status: 'pending', reason: null }] } = o;
    const recurring = { recurrence: JSON.stringify({ ...DAILY, ...recurrence }), next_run_at: ago(0) };
    const id = await insertCampaign(this.sql, {
      status: 'completed',
      ...(recurrence && recurring),
      ...row,
    });
    await this.addLeads(id, leads);
    return id;
  }

  async rowOf(id: string): Promise<Record<string, unknown>> {
    return (await this.sql.query('SELECT * FROM campaigns WHERE id = $1', [id])).rows[0];
  }

  async runsOf(id: string): Promise<RunRow[]> {
    const { rows } = await this.sql.query<RunRow>(
      'SELECT * FROM campaign_runs WHERE campaign_id = $1 ORDER BY number',
      [id],
    );
    return rows;
  }

  /** The next run is due. */
  async due(id: string, at = ago(0)): Promise<void> {
    await this.sql.query('UPDATE campaigns SET next_run_at = $2 WHERE id = $1', [id, at]);
  }

  private async addLeads(id: string, leads: LeadRow[]): Promise<void> {
    await this.sql.query(
      `INSERT INTO leads (id, campaign_id, phone_number, status, reason, attempts)
       SELECT id, $1, phone_number, status, reason, 3
       FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[]) AS l (id, phone_number, status, reason)`,
      [
        id,
        leads.map(() => newId()),
        leads.map((_, i) => fictionalNumber(i)),
        leads.map((lead) => lead.status),
        leads.map((lead) => lead.reason),
      ],
    );
    await this.sql.query(
      `INSERT INTO campaign_counters (campaign_id, shard, pending, calling, completed, failed)
       SELECT $1, 0, count(*) FILTER (WHERE status = 'pending'), count(*) FILTER (WHERE status = 'calling'),
         count(*) FILTER (WHERE status = 'completed'), count(*) FILTER (WHERE status = 'failed')
       FROM leads WHERE campaign_id = $1`,
      [id],
    );
  }
}
