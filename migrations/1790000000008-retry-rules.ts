import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = [
  `ALTER TABLE campaigns
     ADD COLUMN retry_rules jsonb CONSTRAINT ck_campaigns_retry_rules CHECK (jsonb_typeof(retry_rules) = 'array'),
     ADD COLUMN max_attempts_per_number jsonb CONSTRAINT ck_campaigns_max_attempts_per_number
       CHECK (jsonb_typeof(max_attempts_per_number) = 'object')`,
];

const DOWN = [`ALTER TABLE campaigns DROP COLUMN max_attempts_per_number, DROP COLUMN retry_rules`];

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
