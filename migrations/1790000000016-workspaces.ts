import type { MigrationInterface, QueryRunner } from 'typeorm';
import { rowSecurity, withoutRowSecurity } from './support/row-security.js';

/** Every table whose rows belong to a workspace; those of later migrations protect themselves by `rowSecurity`. */
const TABLES = `SELECT a.attrelid::regclass::text AS name FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
  WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attname = 'workspace_id' AND NOT a.attisdropped
  ORDER BY 1`;

const UP = [
  // The dialer, the ticks and the carrier's callbacks act as this role. Like the first migration's, it belongs to the cluster.
  `DO $$ BEGIN
     CREATE ROLE campaign_system NOLOGIN;
   EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
   END $$`,
  // What one may do with a table, the other may: they differ in the rows they see.
  `DO $$ BEGIN
     IF NOT pg_has_role('campaign_system', 'campaign_api', 'MEMBER') THEN
       GRANT campaign_api TO campaign_system;
     END IF;
   END $$`,
  // The owner too: row security is forced upon him, and a migration or a person with psql must see what there is.
  `DO $$ BEGIN
     IF NOT pg_has_role(current_user, 'campaign_system', 'MEMBER') OR current_setting('is_superuser') = 'off' THEN
       EXECUTE format('GRANT campaign_system TO %I', current_user);
     END IF;
   EXCEPTION WHEN insufficient_privilege THEN
     RAISE NOTICE 'campaign_system was granted by somebody else';
   END $$`,

  // A workspace's lists are walks along these, however many rows others have.
  `CREATE INDEX ix_campaigns_workspace_id_id ON campaigns (workspace_id, id)`,
  `CREATE INDEX ix_campaigns_workspace_id_status_id ON campaigns (workspace_id, status, id)`,
  `CREATE INDEX ix_agents_workspace_id_id ON agents (workspace_id, id)`,
  `CREATE INDEX ix_suppressions_workspace_id_id ON suppressions (workspace_id, id)`,

  // Calls whose lead was deleted, by number: only an erasure looks for them.
  `CREATE INDEX ix_calls_leadless ON calls (phone_number) WHERE lead_id IS NULL`,

  // What searches and sorts of leads read in a request. Row security lets no expression of an index (lower(name), -priority)
  // be looked up before a row's workspace is known, since a function might tell of rows it was not to see; so each search
  // read all leads of its campaign (1,120 ms of a million). This view is the same wall, in the same words, as part of the
  // statement, where the planner may look names up first (0.1 ms); those functions are Postgres's own and tell nothing.
  `CREATE VIEW leads_of_workspace AS
     SELECT id, workspace_id, campaign_id, phone_number, name, status, priority, next_attempt_at, reason FROM leads
      WHERE workspace_id = (SELECT nullif(current_setting('app.workspace_id', true), '')::uuid)`,
  `REVOKE ALL ON leads_of_workspace FROM campaign_api`,
  `GRANT SELECT ON leads_of_workspace TO campaign_api`,
];

const DOWN = [
  `DROP VIEW leads_of_workspace`,
  `DROP INDEX ix_calls_leadless`,
  `DROP INDEX ix_suppressions_workspace_id_id, ix_agents_workspace_id_id, ix_campaigns_workspace_id_status_id,
     ix_campaigns_workspace_id_id`,
];

/** Row-level security: a request sees the rows of its workspace, whatever its statement says. */
export class Workspaces1790000000016 implements MigrationInterface {
  name = 'Workspaces1790000000016';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
    for (const table of await tablesOf(runner)) {
      for (const statement of rowSecurity(table)) await runner.query(statement);
    }
    for (const statement of rowSecurity('workspaces', 'id')) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of [...(await tablesOf(runner)), 'workspaces']) {
      for (const statement of withoutRowSecurity(table)) await runner.query(statement);
    }
    for (const statement of DOWN) await runner.query(statement);
  }
}

async function tablesOf(runner: QueryRunner): Promise<string[]> {
  const rows = (await runner.query(TABLES)) as { name: string }[];
  return rows.map(({ name }) => name);
}
