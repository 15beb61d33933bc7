import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = [
  `ALTER TABLE campaigns
     ADD COLUMN retry_rules jsonb CONSTRAINT ck_campaigns_retry_rules CHECK (jsonb_typeof(retry_rules) = 'array'),
     ADD COLUMN max_attempts_per_number jsonb CONSTRAINT ck_campaigns_max_attempts_per_number
       CHECK (jsonb_typeof(max_attempts_per_number) = 'object')`,
  // The calls placed to a number, latest first, whatever the campaign. Only ended ones: a call is written into it once, at its
  // end, and the claim that asks holds the only open one. By ended_at, not dialed_at: calls to one number never overlap, so
  // that is the same order, and an index on dialed_at would make every move to `dialing` write all of the table's indexes.
  // 20 numbers among 100,000 calls (EXPLAIN ANALYZE): 977 ms without it, 1.1 ms with it.
  `CREATE INDEX ix_calls_placed_number ON calls (phone_number, ended_at)
     WHERE carrier_sid IS NOT NULL AND ended_at IS NOT NULL`,
  // Leads that wait for a cap are looked for when the campaign starts again; others do not pay for it.
  `CREATE INDEX ix_leads_number_cap ON leads (campaign_id, id) WHERE blocked_reason = 'number_cap'`,
];

const DOWN = [
  'DROP INDEX ix_leads_number_cap',
  'DROP INDEX ix_calls_placed_number',
  `ALTER TABLE campaigns DROP COLUMN max_attempts_per_number, DROP COLUMN retry_rules`,
];

/** Retry rules per outcome, and the cap on calls to one number. */
export class RetryRules1790000000008 implements MigrationInterface {
  name = 'RetryRules1790000000008';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}
