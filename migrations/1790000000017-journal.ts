import type { MigrationInterface, QueryRunner } from 'typeorm';
import { rowSecurity } from './support/row-security.js';

const DEFAULT_WORKSPACE_ID = '00000000-0000-7000-8000-000000000001';
const WORKSPACE = `workspace_id uuid NOT NULL DEFAULT '${DEFAULT_WORKSPACE_ID}'`;

const UP = [
  // No foreign keys: what was done to a thing is known longer than the thing.
  `CREATE TABLE audit_entries (
     id uuid CONSTRAINT pk_audit_entries PRIMARY KEY,
     ${WORKSPACE},
     at timestamptz NOT NULL,
     actor_kind text NOT NULL CONSTRAINT ck_audit_entries_actor_kind
       CHECK (actor_kind IN ('user','api_key','open','system')),
     actor_id text,
     actor_name text NOT NULL,
     action text NOT NULL,
     entity text NOT NULL,
     entity_id text,
     campaign_id uuid,
     before jsonb,
     after jsonb,
     details jsonb,
     address text,
     request_id text
   )`,
  // Ids grow with time: each list is a backward scan of one of these.
  `CREATE INDEX ix_audit_entries_workspace_id_id ON audit_entries (workspace_id, id)`,
  `CREATE INDEX ix_audit_entries_workspace_id_entity_id ON audit_entries (workspace_id, entity, id)`,
  `CREATE INDEX ix_audit_entries_workspace_id_action_id ON audit_entries (workspace_id, action, id)`,
  `CREATE INDEX ix_audit_entries_workspace_id_entity_id_id ON audit_entries (workspace_id, entity_id, id) WHERE entity_id IS NOT NULL`,
  `CREATE INDEX ix_audit_entries_workspace_id_campaign_id_id ON audit_entries (workspace_id, campaign_id, id) WHERE campaign_id IS NOT NULL`,
  `CREATE INDEX ix_audit_entries_workspace_id_actor_id_id ON audit_entries (workspace_id, actor_id, id) WHERE actor_id IS NOT NULL`,
  // Twice: the API's role has no right to, and nobody else does it by mistake.
  `CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN
     RAISE EXCEPTION 'audit_entries is append-only' USING ERRCODE = 'insufficient_privilege';
   END $$`,
  `CREATE TRIGGER tr_audit_entries_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entries
     FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()`,
  // The first migration's default privileges give all four rights.
  `REVOKE ALL ON audit_entries FROM campaign_api`,
  `GRANT SELECT, INSERT ON audit_entries TO campaign_api`,

  `CREATE TABLE idempotency_keys (
     ${WORKSPACE},
     key text NOT NULL CONSTRAINT ck_idempotency_keys_key CHECK (length(key) BETWEEN 1 AND 255),
     fingerprint text NOT NULL,
     holder uuid NOT NULL,
     held_until timestamptz NOT NULL,
     done text,
     status smallint,
     answer text,
     expires_at timestamptz NOT NULL,
     CONSTRAINT pk_idempotency_keys PRIMARY KEY (workspace_id, key)
   )`,
  `CREATE INDEX ix_idempotency_keys_expires_at ON idempotency_keys (expires_at)`,
  `GRANT SELECT, INSERT, UPDATE, DELETE ON idempotency_keys TO campaign_api`,

  ...rowSecurity('audit_entries'),
  ...rowSecurity('idempotency_keys'),
];

const DOWN = [
  'DROP TABLE idempotency_keys',
  'DROP TABLE audit_entries',
  'DROP FUNCTION refuse_audit_change()',
];

/** Who changed what, and answers kept for those who ask again. */
export class Journal1790000000017 implements MigrationInterface {
  name = 'Journal1790000000017';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}
