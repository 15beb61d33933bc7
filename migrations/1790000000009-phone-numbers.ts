import type { MigrationInterface, QueryRunner } from 'typeorm';

const DEFAULT_WORKSPACE_ID = '00000000-0000-7000-8000-000000000001';

const UP = [
  `CREATE TABLE phone_numbers (
     id uuid CONSTRAINT pk_phone_numbers PRIMARY KEY,
     workspace_id uuid NOT NULL DEFAULT '${DEFAULT_WORKSPACE_ID}',
     phone_number text NOT NULL,
     label text,
     source text NOT NULL CONSTRAINT ck_phone_numbers_source CHECK (source IN ('config','api','former_config')),
     is_active boolean NOT NULL DEFAULT true,
     cps double precision CONSTRAINT ck_phone_numbers_cps CHECK (cps > 0),
     daily_cap integer CONSTRAINT ck_phone_numbers_daily_cap CHECK (daily_cap >= 1),
     rest_reason text CONSTRAINT ck_phone_numbers_rest_reason
       CHECK (rest_reason IN ('manual','low_answer_rate','carrier_refused')),
     rest_note text,
     rested_at timestamptz,
     rest_until timestamptz,
     judged_from timestamptz NOT NULL DEFAULT now(),
     created_at timestamptz NOT NULL DEFAULT now(),
     updated_at timestamptz NOT NULL DEFAULT now(),
     CONSTRAINT uq_phone_numbers_workspace_id_phone_number UNIQUE (workspace_id, phone_number),
     CONSTRAINT ck_phone_numbers_rest CHECK ((rest_reason IS NULL) = (rested_at IS NULL)
       AND (rest_until IS NULL OR rest_reason IS NOT NULL))
   )`,
  `GRANT SELECT, INSERT, UPDATE, DELETE ON phone_numbers TO campaign_api`,

  `ALTER TABLE campaigns ADD COLUMN caller_ids text[], ADD COLUMN local_presence boolean NOT NULL DEFAULT false`,

  // A number's turn to dial, beside those of campaigns and of the account.
  `ALTER TABLE dial_turns ADD COLUMN phone_number_id uuid
     CONSTRAINT fk_dial_turns_phone_number_id REFERENCES phone_numbers (id) ON DELETE CASCADE`,

  // A number's latest calls (its answer rate), and those of today (its cap). Only those that the carrier had: a call is
  // written into it once, when it ends. Its open calls are found by ix_calls_open_campaign_id.
  `CREATE INDEX ix_calls_from_number_ended ON calls (from_number, ended_at)
     WHERE ended_at IS NOT NULL AND carrier_sid IS NOT NULL`,
];

const DOWN = [
  `DROP INDEX ix_calls_from_number_ended`,
  `ALTER TABLE dial_turns DROP COLUMN phone_number_id`,
  `ALTER TABLE campaigns DROP COLUMN local_presence, DROP COLUMN caller_ids`,
  `DROP TABLE phone_numbers`,
];

/** The numbers that calls are made from, and which of them a campaign uses. */
export class PhoneNumbers1790000000009 implements MigrationInterface {
  name = 'PhoneNumbers1790000000009';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}
