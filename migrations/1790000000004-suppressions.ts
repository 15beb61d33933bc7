import type { MigrationInterface, QueryRunner } from 'typeorm';

const DEFAULT_WORKSPACE_ID = '00000000-0000-7000-8000-000000000001';

const UP = [
  `CREATE TABLE suppressions (
     id uuid CONSTRAINT pk_suppressions PRIMARY KEY,
     workspace_id uuid NOT NULL DEFAULT '${DEFAULT_WORKSPACE_ID}',
     campaign_id uuid CONSTRAINT fk_suppressions_campaign_id REFERENCES campaigns (id) ON DELETE CASCADE,
     phone_number text NOT NULL,
     reason text,
     source text,
     expires_at timestamptz,
     created_at timestamptz NOT NULL DEFAULT now(),
     updated_at timestamptz NOT NULL DEFAULT now()
   )`,
  // One entry per number and scope; no campaign is a scope too. Also what the dialer looks a number up in.
  `CREATE UNIQUE INDEX uq_suppressions_number ON suppressions (workspace_id, phone_number, campaign_id) NULLS NOT DISTINCT`,
  // The search by the beginning of a number, whatever the database's collation.
  `CREATE INDEX ix_suppressions_phone_number ON suppressions (phone_number text_pattern_ops)`,
  `CREATE INDEX ix_suppressions_campaign_id_id ON suppressions (campaign_id, id) WHERE campaign_id IS NOT NULL`,

  // The rule in one place, for the claim, the guard and the withdrawal. A function of its own because a statement that
  // was planned while the list was nearly empty reads the whole table by sequence, and would go on doing so for up to a
  // minute (until autovacuum analyzes it) after a million numbers were added: here it never can. It sees what the
  // statement that calls it sees (STABLE).
  `CREATE FUNCTION is_suppressed(workspace uuid, campaign uuid, number text) RETURNS boolean
     LANGUAGE plpgsql STABLE SET enable_seqscan = off AS $$
   BEGIN
     RETURN EXISTS (SELECT 1 FROM suppressions s WHERE s.workspace_id = workspace AND s.phone_number = number
       AND (s.campaign_id IS NULL OR s.campaign_id = campaign)
       AND (s.expires_at IS NULL OR s.expires_at > clock_timestamp()));
   END $$`,
];

const DOWN = [`DROP FUNCTION is_suppressed(uuid, uuid, text)`, `DROP TABLE suppressions`];

/** The do-not-call list. */
export class Suppressions1790000000004 implements MigrationInterface {
  name = 'Suppressions1790000000004';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}
