import type { MigrationInterface, QueryRunner } from 'typeorm';

const DEFAULT_WORKSPACE_ID = '00000000-0000-7000-8000-000000000001';

const UP = [
  // Amounts are millionths of the currency of the rates, whole numbers everywhere.
  `ALTER TABLE campaigns
     ADD COLUMN weight integer NOT NULL DEFAULT 1 CONSTRAINT ck_campaigns_weight CHECK (weight BETWEEN 1 AND 100),
     ADD COLUMN max_calls integer CONSTRAINT ck_campaigns_max_calls CHECK (max_calls >= 1),
     ADD COLUMN max_spend_micros bigint CONSTRAINT ck_campaigns_max_spend_micros CHECK (max_spend_micros >= 1),
     ADD COLUMN active_since timestamptz`,
  `ALTER TABLE calls
     ADD COLUMN rate_micros integer NOT NULL DEFAULT 0,
     ADD COLUMN cost_micros bigint NOT NULL DEFAULT 0`,
  `ALTER TABLE campaign_counters ADD COLUMN spend_micros bigint NOT NULL DEFAULT 0`,

  // One row per campaign that holds slots of the account or wants some, written by each claim under a cap.
  `CREATE TABLE account_shares (
     campaign_id uuid CONSTRAINT pk_account_shares PRIMARY KEY
       CONSTRAINT fk_account_shares_campaign_id REFERENCES campaigns (id) ON DELETE CASCADE,
     workspace_id uuid NOT NULL DEFAULT '${DEFAULT_WORKSPACE_ID}',
     demand integer NOT NULL,
     held integer NOT NULL,
     credit_ms bigint NOT NULL,
     wished_at timestamptz NOT NULL,
     settled_at timestamptz NOT NULL
   ) WITH (fillfactor = 50)`,
  `GRANT SELECT, INSERT, UPDATE, DELETE ON account_shares TO campaign_api`,

  // The account's row remembers who has had how much of its turns.
  `ALTER TABLE dial_turns
     ADD COLUMN virtual_time double precision NOT NULL DEFAULT 0,
     ADD COLUMN flows jsonb NOT NULL DEFAULT '{}'`,
];

const DOWN = [
  `ALTER TABLE dial_turns DROP COLUMN flows, DROP COLUMN virtual_time`,
  `DROP TABLE account_shares`,
  `ALTER TABLE campaign_counters DROP COLUMN spend_micros`,
  `ALTER TABLE calls DROP COLUMN cost_micros, DROP COLUMN rate_micros`,
  `ALTER TABLE campaigns DROP COLUMN active_since, DROP COLUMN max_spend_micros, DROP COLUMN max_calls, DROP COLUMN weight`,
];

/** Fair shares of the account, limits on calls and spending, and since when a campaign is active. */
export class Limits1790000000010 implements MigrationInterface {
  name = 'Limits1790000000010';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}
