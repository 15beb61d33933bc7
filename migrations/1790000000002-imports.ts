import type { MigrationInterface, QueryRunner } from 'typeorm';

const DEFAULT_WORKSPACE_ID = '00000000-0000-7000-8000-000000000001';
const WORKSPACE = `workspace_id uuid NOT NULL DEFAULT '${DEFAULT_WORKSPACE_ID}'`;

const UP = [
  `CREATE TABLE lead_imports (
     id uuid CONSTRAINT pk_lead_imports PRIMARY KEY,
     ${WORKSPACE},
     campaign_id uuid NOT NULL CONSTRAINT fk_lead_imports_campaign_id REFERENCES campaigns (id) ON DELETE CASCADE,
     status text NOT NULL CONSTRAINT ck_lead_imports_status CHECK (status IN ('queued','running','completed','failed')),
     file_name text,
     bytes bigint NOT NULL,
     bytes_read bigint NOT NULL DEFAULT 0,
     rows_read integer NOT NULL DEFAULT 0,
     stored integer NOT NULL DEFAULT 0,
     refused integer NOT NULL DEFAULT 0,
     duplicates integer NOT NULL DEFAULT 0,
     header json,
     error_code text,
     error_message text,
     attempts integer NOT NULL DEFAULT 0,
     queue_seq integer NOT NULL DEFAULT 0,
     holder uuid,
     heard_at timestamptz NOT NULL DEFAULT clock_timestamp(),
     started_at timestamptz,
     finished_at timestamptz,
     created_at timestamptz NOT NULL DEFAULT clock_timestamp()
   )`,
  // The list of a campaign's imports, newest first, is a backward scan; deleting the campaign finds them by it too.
  `CREATE INDEX ix_lead_imports_campaign_id_id ON lead_imports (campaign_id, id)`,
  // The tick asks each second for imports nobody has been heard of: it reads only those that are not over.
  `CREATE INDEX ix_lead_imports_open ON lead_imports (heard_at) WHERE status IN ('queued','running')`,

  // The file, until its import is over: a worker on any machine can read it from here. It is text already in pieces and
  // read once: compressing it would cost more processor time than it saves.
  `CREATE TABLE lead_import_chunks (
     import_id uuid NOT NULL CONSTRAINT fk_lead_import_chunks_import_id REFERENCES lead_imports (id) ON DELETE CASCADE,
     number integer NOT NULL,
     ${WORKSPACE},
     bytes bytea NOT NULL,
     CONSTRAINT pk_lead_import_chunks PRIMARY KEY (import_id, number)
   )`,
  `ALTER TABLE lead_import_chunks ALTER COLUMN bytes SET STORAGE EXTERNAL`,

  // json, not jsonb: the cells are given back as they were, and never searched.
  `CREATE TABLE lead_import_refusals (
     import_id uuid NOT NULL CONSTRAINT fk_lead_import_refusals_import_id REFERENCES lead_imports (id) ON DELETE CASCADE,
     line integer NOT NULL,
     ${WORKSPACE},
     reason text NOT NULL,
     cells json NOT NULL,
     CONSTRAINT pk_lead_import_refusals PRIMARY KEY (import_id, line)
   )`,
  `GRANT SELECT, INSERT, UPDATE, DELETE ON lead_imports, lead_import_chunks, lead_import_refusals TO campaign_api`,
];

const DOWN = ['lead_import_refusals', 'lead_import_chunks', 'lead_imports'].map((t) => `DROP TABLE ${t}`);

/** Imports of leads as a resource: their files, their progress, and the rows they refused. */
export class Imports1790000000002 implements MigrationInterface {
  name = 'Imports1790000000002';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}
