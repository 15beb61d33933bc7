import type { MigrationInterface, QueryRunner } from 'typeorm';

const DEFAULT_WORKSPACE_ID = '00000000-0000-7000-8000-000000000001';

const UP = [
  `ALTER TABLE campaigns
     ADD COLUMN end_at timestamptz,
     ADD COLUMN recurrence jsonb,
     ADD COLUMN next_run_at timestamptz,
     ADD COLUMN runs_left integer,
     ADD COLUMN run_ends_at timestamptz,
     ADD COLUMN stopped_reason jsonb,
     DROP CONSTRAINT ck_campaigns_scheduled_at,
     ADD CONSTRAINT ck_campaigns_scheduled_at
       CHECK (status <> 'scheduled' OR scheduled_at IS NOT NULL OR recurrence IS NOT NULL),
     ADD CONSTRAINT ck_campaigns_next_run_at CHECK (next_run_at IS NULL OR recurrence IS NOT NULL),
     ADD CONSTRAINT ck_campaigns_runs_left CHECK (runs_left >= 0)`,
  // The tick asks each second: it reads only campaigns that wait for a run, and running ones that will be ended.
  `CREATE INDEX ix_campaigns_next_run_at ON campaigns (next_run_at) WHERE next_run_at IS NOT NULL`,
  `CREATE INDEX ix_campaigns_ending ON campaigns (LEAST(end_at, run_ends_at))
     WHERE status IN ('active','paused') AND LEAST(end_at, run_ends_at) IS NOT NULL`,

  `CREATE TABLE campaign_runs (
     campaign_id uuid NOT NULL CONSTRAINT fk_campaign_runs_campaign_id REFERENCES campaigns (id) ON DELETE CASCADE,
     number integer NOT NULL CONSTRAINT ck_campaign_runs_number CHECK (number > 0),
     workspace_id uuid NOT NULL DEFAULT '${DEFAULT_WORKSPACE_ID}',
     trigger text NOT NULL CONSTRAINT ck_campaign_runs_trigger CHECK (trigger IN ('manual','schedule','recurrence')),
     status text NOT NULL CONSTRAINT ck_campaign_runs_status
       CHECK (status IN ('opening','running','completed','stopped','not_started','skipped','missed','canceled')),
     reason jsonb,
     due_at timestamptz,
     ends_at timestamptz,
     reopen text NOT NULL DEFAULT 'none' CONSTRAINT ck_campaign_runs_reopen
       CHECK (reopen IN ('none','failed','unreached','all')),
     opened_through uuid,
     leads_reopened integer NOT NULL DEFAULT 0,
     leads_pending integer NOT NULL DEFAULT 0,
     successful_before bigint NOT NULL DEFAULT 0,
     failed_before bigint NOT NULL DEFAULT 0,
     started_at timestamptz,
     ended_at timestamptz,
     created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
     CONSTRAINT pk_campaign_runs PRIMARY KEY (campaign_id, number),
     CONSTRAINT ck_campaign_runs_ended_at CHECK ((ended_at IS NULL) = (status IN ('opening','running')))
   )`,
  // Runs under way: at most one or two a campaign, whatever its history.
  `CREATE INDEX ix_campaign_runs_open ON campaign_runs (campaign_id, status) WHERE ended_at IS NULL`,
  // A run's calls are what the counters grew by until the next run that started.
  `CREATE INDEX ix_campaign_runs_started ON campaign_runs (campaign_id, number) WHERE started_at IS NOT NULL`,
  `GRANT SELECT, INSERT, UPDATE, DELETE ON campaign_runs TO campaign_api`,
];

const DOWN = [
  `DROP TABLE campaign_runs`,
  // What only a recurrence starts is no longer started by anything.
  `UPDATE campaigns SET status = 'draft' WHERE status = 'scheduled' AND scheduled_at IS NULL`,
  `ALTER TABLE campaigns
     DROP CONSTRAINT ck_campaigns_scheduled_at,
     DROP COLUMN end_at, DROP COLUMN recurrence, DROP COLUMN next_run_at, DROP COLUMN runs_left,
     DROP COLUMN run_ends_at, DROP COLUMN stopped_reason,
     ADD CONSTRAINT ck_campaigns_scheduled_at CHECK (status <> 'scheduled' OR scheduled_at IS NOT NULL)`,
];

/** Ends of campaigns, their recurring runs, and what became of each run. */
export class Schedules1790000000007 implements MigrationInterface {
  name = 'Schedules1790000000007';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}
