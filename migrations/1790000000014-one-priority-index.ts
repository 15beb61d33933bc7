import type { MigrationInterface, QueryRunner } from 'typeorm';

const IS_READY = `status = 'pending' AND next_attempt_at IS NULL`;
const IS_NOT_READY = `(status <> 'pending' OR next_attempt_at IS NOT NULL)`;

/**
 * Each lead stands in one index by priority, not in two: the ready ones in the claim's, the others in one of their own. A list
 * by priority walks along both and merges them ("Merge Append" of two index scans). A lead that is imported is ready, and
 * is written into one index less.
 */
const UP = [
  `DROP INDEX ix_leads_campaign_id_priority_id`,
  `DROP INDEX ix_leads_ready`,
  `CREATE INDEX ix_leads_ready ON leads (campaign_id, (-priority), id) WHERE ${IS_READY}`,
  `CREATE INDEX ix_leads_unready ON leads (campaign_id, (-priority), id) WHERE ${IS_NOT_READY}`,
];

const DOWN = [
  `DROP INDEX ix_leads_unready`,
  `DROP INDEX ix_leads_ready`,
  `CREATE INDEX ix_leads_ready ON leads (campaign_id, priority DESC, id) WHERE ${IS_READY}`,
  `CREATE INDEX ix_leads_campaign_id_priority_id ON leads (campaign_id, (-priority), id)`,
];

/** One index by priority for each lead. */
export class OnePriorityIndex1790000000014 implements MigrationInterface {
  name = 'OnePriorityIndex1790000000014';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}
