import { Injectable } from '@nestjs/common';
import { sliceOf, startOf, type Page, type Paged } from '../../common/index.js';
import { Database, type Tx } from '../../database/index.js';
import type { CampaignRun, RunStatus, RunTrigger } from './campaign-run.entity.js';
import type { ScheduleReason } from './reasons.js';
import type { ReopenRule } from './recurrence.js';

/** A run that did not take place. */
export interface RunNote {
  trigger: RunTrigger;
  status: Extract<RunStatus, 'not_started' | 'skipped' | 'missed'>;
  dueAt: Date;
  reason: ScheduleReason;
}

/** A run as lists show it, with the calls it has ended so far. */
export type RunRow = Pick<
  CampaignRun,
  | 'number'
  | 'trigger'
  | 'status'
  | 'reason'
  | 'dueAt'
  | 'startedAt'
  | 'endedAt'
  | 'leadsReopened'
  | 'leadsPending'
> & { successfulCalls: number; failedCalls: number };

/** The run whose leads are being re-opened. */
export type OpeningRun = Pick<CampaignRun, 'number' | 'reopen' | 'openedThrough' | 'endsAt'> & {
  dueAt: Date;
};

const NEWEST_FIRST = { name: 'runs', key: ['integer'] } as const;
const WORKSPACE = '(SELECT workspace_id FROM campaigns WHERE id = $1)';
const NEXT_NUMBER = `(SELECT coalesce(max(number), 0) + 1 FROM campaign_runs WHERE campaign_id = $1)`;
const SUM = (column: string) =>
  `(SELECT coalesce(sum(${column}), 0) FROM campaign_counters WHERE campaign_id = $1)`;
/** What the campaign had done when this run began; its calls are what came on top until the next one began. */
const STARTED = `clock_timestamp(), ${SUM('pending')}, ${SUM('successful_calls')}, ${SUM('failed_calls')}`;

/** What is written down of a campaign's runs. Whoever writes holds the campaign's lock: numbers have no gaps. */
@Injectable()
export class CampaignRunsRepository {
  constructor(private readonly database: Database) {}

  /** The campaign has just become active. */
  async begin(tx: Tx, campaignId: string, trigger: RunTrigger, dueAt: Date | null): Promise<void> {
    await this.database.run(
      `INSERT INTO campaign_runs (campaign_id, workspace_id, number, trigger, status, due_at,
         started_at, leads_pending, successful_before, failed_before)
       VALUES ($1, ${WORKSPACE}, ${NEXT_NUMBER}, $2, 'running', $3, ${STARTED})`,
      [campaignId, trigger, dueAt],
      tx,
    );
  }

  /** The run that was being prepared has begun. */
  async beginOpened(tx: Tx, campaignId: string, number: number): Promise<void> {
    await this.database.run(
      `UPDATE campaign_runs SET status = 'running',
         (started_at, leads_pending, successful_before, failed_before) = (${STARTED})
       WHERE campaign_id = $1 AND number = $2`,
      [campaignId, number],
      tx,
    );
  }

  /** A run of a recurrence is due: its leads are re-opened next. */
  async open(
    tx: Tx,
    campaignId: string,
    { dueAt, endsAt, reopen }: { dueAt: Date; endsAt: Date | null; reopen: ReopenRule },
  ): Promise<void> {
    await this.database.run(
      `INSERT INTO campaign_runs (campaign_id, workspace_id, number, trigger, status, due_at, ends_at, reopen)
       VALUES ($1, ${WORKSPACE}, ${NEXT_NUMBER}, 'recurrence', 'opening', $2, $3, $4)`,
      [campaignId, dueAt, endsAt, reopen],
      tx,
    );
  }

  async note(tx: Tx, campaignId: string, { trigger, status, dueAt, reason }: RunNote): Promise<void> {
    await this.database.run(
      `INSERT INTO campaign_runs (campaign_id, workspace_id, number, trigger, status, due_at, reason, ended_at)
       VALUES ($1, ${WORKSPACE}, ${NEXT_NUMBER}, $2, $3, $4, $5, clock_timestamp())`,
      [campaignId, trigger, status, dueAt, JSON.stringify(reason)],
      tx,
    );
  }

  /** The run being prepared, if there is one: it ends without having begun. */
  async closeOpening(tx: Tx, campaignId: string, status: RunStatus, reason: ScheduleReason): Promise<void> {
    await this.database.run(
      `UPDATE campaign_runs SET status = $2, reason = $3, ended_at = clock_timestamp()
       WHERE campaign_id = $1 AND status = 'opening' AND ended_at IS NULL`,
      [campaignId, status, JSON.stringify(reason)],
      tx,
    );
  }

  async opening(tx: Tx, campaignId: string): Promise<OpeningRun | undefined> {
    const [run] = await this.database.query<OpeningRun>(
      `SELECT number, reopen, opened_through AS "openedThrough", due_at AS "dueAt", ends_at AS "endsAt"
       FROM campaign_runs WHERE campaign_id = $1 AND status = 'opening' AND ended_at IS NULL`,
      [campaignId],
      tx,
    );
    return run;
  }

  /** Campaigns with a run that is being prepared. */
  async openingCampaigns(): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `SELECT campaign_id AS id FROM campaign_runs WHERE status = 'opening' AND ended_at IS NULL`,
    );
    return rows.map(({ id }) => id);
  }

  /** So far have the leads been looked at, and so many of them re-opened. */
  async opened(tx: Tx, campaignId: string, number: number, through: string, reopened: number): Promise<void> {
    await this.database.run(
      `UPDATE campaign_runs SET opened_through = $3, leads_reopened = leads_reopened + $4
       WHERE campaign_id = $1 AND number = $2`,
      [campaignId, number, through, reopened],
      tx,
    );
  }

  /** Newest first. A call that ends after its run counts for it until the next one starts. */
  async list(campaignId: string, page: Page): Promise<Paged<RunRow>> {
    const { after, offset, take } = startOf(page, NEWEST_FIRST);
    const rows = await this.database.query<RunRow & { total: number }>(
      `SELECT r.number, r.trigger, r.status, r.reason, r.due_at AS "dueAt", r.started_at AS "startedAt",
         r.ended_at AS "endedAt", r.leads_reopened AS "leadsReopened", r.leads_pending AS "leadsPending",
         ${callsOf('successful')} AS "successfulCalls", ${callsOf('failed')} AS "failedCalls"
       FROM campaign_runs r
       LEFT JOIN LATERAL (SELECT successful_before, failed_before FROM campaign_runs n
         WHERE n.campaign_id = r.campaign_id AND n.number > r.number AND n.started_at IS NOT NULL
         ORDER BY n.number LIMIT 1) next ON true
       WHERE r.campaign_id = $1 AND ($4::int IS NULL OR r.number < $4::int)
       ORDER BY r.number DESC LIMIT $2 OFFSET $3`,
      [campaignId, take, offset, after?.[0] ?? null],
    );
    return {
      ...sliceOf(rows, page, NEWEST_FIRST, (run) => [run.number]),
      total: await this.count(campaignId),
    };
  }

  /** Numbers begin with 1 and have no gaps. */
  private async count(campaignId: string): Promise<number> {
    const [row] = await this.database.query<{ last: number }>(
      'SELECT coalesce(max(number), 0) AS last FROM campaign_runs WHERE campaign_id = $1',
      [campaignId],
    );
    return row?.last ?? 0;
  }
}

const callsOf = (kind: 'successful' | 'failed'): string =>
  `(CASE WHEN r.started_at IS NULL THEN 0
     ELSE coalesce(next.${kind}_before, ${SUM(`${kind}_calls`)}) - r.${kind}_before END)::float8`;
