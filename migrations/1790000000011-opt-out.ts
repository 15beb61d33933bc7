import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = [
  `ALTER TABLE campaigns ADD COLUMN opt_out jsonb CONSTRAINT ck_campaigns_opt_out CHECK (opt_out IS NULL OR COALESCE(
     opt_out ->> 'digit' ~ '^[0-9*#]$' AND opt_out ->> 'scope' IN ('all', 'campaign')
       AND jsonb_typeof(opt_out -> 'prompt') = 'string' AND jsonb_typeof(opt_out -> 'confirmation') = 'string', false))`,
  // "Who pressed the key?": the list of one source, newest first.
  `CREATE INDEX ix_suppressions_source_id ON suppressions (source, id) WHERE source IS NOT NULL`,
];

const DOWN = [`DROP INDEX ix_suppressions_source_id`, `ALTER TABLE campaigns DROP COLUMN opt_out`];

/** The key a person can press in a call so as not to be called again. */
export class OptOut1790000000011 implements MigrationInterface {
  name = 'OptOut1790000000011';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}
