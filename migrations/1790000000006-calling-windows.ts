import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = [
  `ALTER TABLE campaigns
     ADD COLUMN calling_window jsonb,
     ADD COLUMN rule_pack text NOT NULL DEFAULT 'none' CONSTRAINT ck_campaigns_rule_pack
       CHECK (rule_pack IN ('none','us-tcpa','uk','in')),
     ADD COLUMN wakes_at timestamptz,
     ADD COLUMN has_new_window boolean NOT NULL DEFAULT false`,
  // The tick asks each second whose window has opened: it reads only campaigns that sleep.
  `CREATE INDEX ix_campaigns_asleep ON campaigns (wakes_at) WHERE status = 'active' AND wakes_at IS NOT NULL`,

  `ALTER TABLE leads ADD COLUMN timezone text`,
  // Those of one reason, to free them when it holds no more, or to count them.
  `CREATE INDEX ix_leads_blocked ON leads (campaign_id, blocked_reason) WHERE status = 'pending' AND blocked_reason IS NOT NULL`,
  // Of many leads whose window opens at the same instant, the first to be called become ready first.
  `DROP INDEX ix_leads_due`,
  `CREATE INDEX ix_leads_due ON leads (next_attempt_at, priority DESC, id) WHERE status = 'pending' AND next_attempt_at IS NOT NULL`,
];

const DOWN = [
  `DROP INDEX ix_leads_due`,
  `CREATE INDEX ix_leads_due ON leads (next_attempt_at) WHERE status = 'pending' AND next_attempt_at IS NOT NULL`,
  `DROP INDEX ix_leads_blocked`,
  `ALTER TABLE leads DROP COLUMN timezone`,
  `DROP INDEX ix_campaigns_asleep`,
  `ALTER TABLE campaigns DROP COLUMN has_new_window, DROP COLUMN wakes_at, DROP COLUMN rule_pack, DROP COLUMN calling_window`,
];

/** Calling windows of campaigns, and the clocks of leads. */
export class CallingWindows1790000000006 implements MigrationInterface {
  name = 'CallingWindows1790000000006';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}
