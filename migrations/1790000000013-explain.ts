import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * With its time, the index of waiting leads also tells when the first of each reason may be called. It is written no more often:
 * a lead's reason and its time change together.
 */
const UP = [
  `DROP INDEX ix_leads_blocked`,
  `CREATE INDEX ix_leads_blocked ON leads (campaign_id, blocked_reason, next_attempt_at)
     WHERE status = 'pending' AND blocked_reason IS NOT NULL`,
];

const DOWN = [
  `DROP INDEX ix_leads_blocked`,
  `CREATE INDEX ix_leads_blocked ON leads (campaign_id, blocked_reason) WHERE status = 'pending' AND blocked_reason IS NOT NULL`,
];

/** What "why not called?" reads. */
export class Explain1790000000013 implements MigrationInterface {
  name = 'Explain1790000000013';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}
