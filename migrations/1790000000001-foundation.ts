import type { MigrationInterface, QueryRunner } from 'typeorm';

const DEFAULT_WORKSPACE_ID = '00000000-0000-7000-8000-000000000001';
const WORKSPACE = `workspace_id uuid NOT NULL DEFAULT '${DEFAULT_WORKSPACE_ID}'`;
const OPEN = `status IN ('queued','dialing','unknown','initiated','ringing','in-progress')`;

const UP = [
  // The API's connections act as this role, so that a bug in a statement can neither drop a table nor leave row security.
  // Roles belong to the cluster, not the database: several databases (and a race of two migrations) may share it.
  `DO $$ BEGIN
     CREATE ROLE campaign_api NOLOGIN;
   EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
   END $$`,
  `DO $$ BEGIN
     IF NOT pg_has_role(current_user, 'campaign_api', 'MEMBER') OR current_setting('is_superuser') = 'off' THEN
       EXECUTE format('GRANT campaign_api TO %I', current_user);
     END IF;
   EXCEPTION WHEN insufficient_privilege THEN
     RAISE NOTICE 'campaign_api was granted by somebody else';
   END $$`,

  `CREATE TABLE workspaces (
     id uuid CONSTRAINT pk_workspaces PRIMARY KEY,
     name text NOT NULL,
     created_at timestamptz NOT NULL DEFAULT now()
   )`,
  `INSERT INTO workspaces (id, name) VALUES ('${DEFAULT_WORKSPACE_ID}', 'Default')`,

  `CREATE TABLE leases (
     name text CONSTRAINT pk_leases PRIMARY KEY,
     ${WORKSPACE},
     holder uuid NOT NULL,
     expires_at timestamptz NOT NULL
   )`,

  `CREATE TABLE agents (
     id uuid CONSTRAINT pk_agents PRIMARY KEY,
     ${WORKSPACE} CONSTRAINT fk_agents_workspace_id REFERENCES workspaces (id),
     name text NOT NULL,
     description text,
     voice_id text,
     personality text,
     system_prompt text,
     greeting text,
     is_active boolean NOT NULL DEFAULT true,
     max_concurrent_calls integer NOT NULL DEFAULT 3
       CONSTRAINT ck_agents_max_concurrent_calls CHECK (max_concurrent_calls BETWEEN 1 AND 1000),
     created_at timestamptz NOT NULL DEFAULT now(),
     updated_at timestamptz NOT NULL DEFAULT now()
   )`,

  `CREATE TABLE campaigns (
     id uuid CONSTRAINT pk_campaigns PRIMARY KEY,
     ${WORKSPACE} CONSTRAINT fk_campaigns_workspace_id REFERENCES workspaces (id),
     name text NOT NULL,
     description text,
     status text NOT NULL DEFAULT 'draft' CONSTRAINT ck_campaigns_status
       CHECK (status IN ('draft','scheduled','active','paused','stopped','completed')),
     max_concurrent integer NOT NULL DEFAULT 3 CONSTRAINT ck_campaigns_max_concurrent CHECK (max_concurrent BETWEEN 1 AND 1000),
     retry_failed boolean NOT NULL DEFAULT false,
     retry_attempts integer NOT NULL DEFAULT 1 CONSTRAINT ck_campaigns_retry_attempts CHECK (retry_attempts BETWEEN 0 AND 100),
     retry_delay integer NOT NULL DEFAULT 60000 CONSTRAINT ck_campaigns_retry_delay CHECK (retry_delay >= 0),
     call_delay integer NOT NULL DEFAULT 2000 CONSTRAINT ck_campaigns_call_delay CHECK (call_delay >= 0),
     agent_strategy text NOT NULL DEFAULT 'primary_first' CONSTRAINT ck_campaigns_agent_strategy
       CHECK (agent_strategy IN ('primary_first','round_robin','least_loaded','random')),
     default_country text,
     paused_reason jsonb,
     scheduled_at timestamptz,
     started_at timestamptz,
     completed_at timestamptz,
     created_at timestamptz NOT NULL DEFAULT now(),
     updated_at timestamptz NOT NULL DEFAULT now(),
     CONSTRAINT ck_campaigns_scheduled_at CHECK (status <> 'scheduled' OR scheduled_at IS NOT NULL)
   )`,
  // The list by status, newest first, is a backward scan of this one.
  `CREATE INDEX ix_campaigns_status_id ON campaigns (status, id)`,
  // The schedule tick asks for due campaigns each second: it reads only those that wait.
  `CREATE INDEX ix_campaigns_due ON campaigns (scheduled_at) WHERE status = 'scheduled'`,

  `CREATE TABLE campaign_agents (
     campaign_id uuid NOT NULL CONSTRAINT fk_campaign_agents_campaign_id REFERENCES campaigns (id) ON DELETE CASCADE,
     agent_id uuid NOT NULL CONSTRAINT fk_campaign_agents_agent_id REFERENCES agents (id) ON DELETE CASCADE,
     ${WORKSPACE},
     is_primary boolean NOT NULL DEFAULT false,
     created_at timestamptz NOT NULL DEFAULT now(),
     CONSTRAINT pk_campaign_agents PRIMARY KEY (campaign_id, agent_id)
   )`,
  `CREATE INDEX ix_campaign_agents_agent_id ON campaign_agents (agent_id)`,
  `CREATE UNIQUE INDEX uq_campaign_agents_primary ON campaign_agents (campaign_id) WHERE is_primary`,

  // Eight shards a campaign, updated on each move: room on the page keeps the updates in place (HOT).
  `CREATE TABLE campaign_counters (
     campaign_id uuid NOT NULL CONSTRAINT fk_campaign_counters_campaign_id REFERENCES campaigns (id) ON DELETE CASCADE,
     shard smallint NOT NULL,
     ${WORKSPACE},
     pending bigint NOT NULL DEFAULT 0,
     calling bigint NOT NULL DEFAULT 0,
     completed bigint NOT NULL DEFAULT 0,
     failed bigint NOT NULL DEFAULT 0,
     successful_calls bigint NOT NULL DEFAULT 0,
     failed_calls bigint NOT NULL DEFAULT 0,
     talk_ms bigint NOT NULL DEFAULT 0,
     CONSTRAINT pk_campaign_counters PRIMARY KEY (campaign_id, shard)
   ) WITH (fillfactor = 50)`,

  `CREATE TABLE leads (
     id uuid CONSTRAINT pk_leads PRIMARY KEY,
     ${WORKSPACE},
     campaign_id uuid NOT NULL CONSTRAINT fk_leads_campaign_id REFERENCES campaigns (id) ON DELETE CASCADE,
     phone_number text NOT NULL,
     name text,
     status text NOT NULL DEFAULT 'pending' CONSTRAINT ck_leads_status CHECK (status IN ('pending','calling','completed','failed')),
     priority integer NOT NULL DEFAULT 0,
     metadata jsonb NOT NULL DEFAULT '{}',
     attempts integer NOT NULL DEFAULT 0 CONSTRAINT ck_leads_attempts CHECK (attempts >= 0),
     last_attempt_at timestamptz,
     next_attempt_at timestamptz,
     blocked_reason text,
     reason text,
     created_at timestamptz NOT NULL DEFAULT now(),
     updated_at timestamptz NOT NULL DEFAULT now(),
     CONSTRAINT uq_leads_campaign_id_phone_number UNIQUE (campaign_id, phone_number)
   )`,
  `CREATE INDEX ix_leads_campaign_id_status_id ON leads (campaign_id, status, id)`,
  `CREATE INDEX ix_leads_campaign_id_id ON leads (campaign_id, id)`,
  // The claim walks this index in its own order and stops after the free slots: its cost does not grow with the list.
  `CREATE INDEX ix_leads_ready ON leads (campaign_id, priority DESC, id) WHERE status = 'pending' AND next_attempt_at IS NULL`,
  `CREATE INDEX ix_leads_due ON leads (next_attempt_at) WHERE status = 'pending' AND next_attempt_at IS NOT NULL`,
  // Leads in a call, oldest first: reconcile looks for those whose call is gone.
  `CREATE INDEX ix_leads_calling ON leads (last_attempt_at) WHERE status = 'calling'`,
  `CREATE INDEX ix_leads_number_busy ON leads (phone_number) WHERE blocked_reason = 'number_busy'`,

  `CREATE TABLE calls (
     id uuid CONSTRAINT pk_calls PRIMARY KEY,
     ${WORKSPACE},
     campaign_id uuid NOT NULL CONSTRAINT fk_calls_campaign_id REFERENCES campaigns (id) ON DELETE CASCADE,
     lead_id uuid CONSTRAINT fk_calls_lead_id REFERENCES leads (id) ON DELETE SET NULL,
     agent_id uuid CONSTRAINT fk_calls_agent_id REFERENCES agents (id) ON DELETE SET NULL,
     phone_number text NOT NULL,
     from_number text NOT NULL,
     attempt integer NOT NULL,
     status text NOT NULL DEFAULT 'queued' CONSTRAINT ck_calls_status CHECK (status IN
       ('queued','dialing','unknown','initiated','ringing','in-progress','completed','busy','no-answer','failed','canceled')),
     outcome text,
     carrier_sid text CONSTRAINT uq_calls_carrier_sid UNIQUE,
     answered_by text,
     error_code text,
     error_message text,
     queue_seq integer NOT NULL DEFAULT 0,
     clean_lists integer NOT NULL DEFAULT 0,
     send_by timestamptz,
     dial_before timestamptz,
     heard_at timestamptz NOT NULL DEFAULT now(),
     dialed_at timestamptz,
     answered_at timestamptz,
     ended_at timestamptz,
     duration_ms integer,
     created_at timestamptz NOT NULL DEFAULT now()
   )`,
  // Invariant 2: one open call per phone number, over all campaigns and workspaces.
  `CREATE UNIQUE INDEX uq_calls_open_phone_number ON calls (phone_number) WHERE ${OPEN}`,
  // Free slots are counted under the campaign's lock, over open calls only: at most maxConcurrent entries.
  `CREATE INDEX ix_calls_open_campaign_id ON calls (campaign_id, id) WHERE ${OPEN}`,
  `CREATE INDEX ix_calls_open_agent_id ON calls (agent_id) WHERE ${OPEN}`,
  `CREATE INDEX ix_calls_campaign_id_id ON calls (campaign_id, id)`,
  `CREATE INDEX ix_calls_lead_id ON calls (lead_id)`,
  // Deleting an agent sets its calls' agent_id to null: without this it would read every call.
  `CREATE INDEX ix_calls_agent_id ON calls (agent_id) WHERE agent_id IS NOT NULL`,

  `CREATE TABLE call_events (
     id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_call_events PRIMARY KEY,
     ${WORKSPACE},
     call_id uuid NOT NULL CONSTRAINT fk_call_events_call_id REFERENCES calls (id) ON DELETE CASCADE,
     type text NOT NULL,
     status text,
     dedupe_key text,
     data jsonb NOT NULL DEFAULT '{}',
     at timestamptz NOT NULL DEFAULT clock_timestamp(),
     CONSTRAINT uq_call_events_call_id_dedupe_key UNIQUE (call_id, dedupe_key)
   )`,
  `CREATE INDEX ix_call_events_call_id_id ON call_events (call_id, id)`,

  `CREATE TABLE callback_tallies (
     day date NOT NULL,
     result text NOT NULL,
     ${WORKSPACE},
     count bigint NOT NULL DEFAULT 0,
     CONSTRAINT pk_callback_tallies PRIMARY KEY (day, result)
   )`,

  `CREATE TABLE dial_turns (
     id uuid CONSTRAINT pk_dial_turns PRIMARY KEY,
     ${WORKSPACE},
     campaign_id uuid CONSTRAINT fk_dial_turns_campaign_id REFERENCES campaigns (id) ON DELETE CASCADE,
     next_at timestamptz NOT NULL
   ) WITH (fillfactor = 50)`,

  `GRANT USAGE ON SCHEMA public TO campaign_api`,
  `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO campaign_api`,
  `GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO campaign_api`,
  `ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO campaign_api`,
  `ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO campaign_api`,
];

// The role stays: it belongs to the cluster, and other databases may use it.
const DOWN = [
  `ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON TABLES FROM campaign_api`,
  `ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON SEQUENCES FROM campaign_api`,
  ...[
    'dial_turns',
    'callback_tallies',
    'call_events',
    'calls',
    'leads',
    'campaign_counters',
    'campaign_agents',
  ].map((t) => `DROP TABLE ${t}`),
  ...['campaigns', 'agents', 'leases', 'workspaces'].map((t) => `DROP TABLE ${t}`),
  `REVOKE USAGE ON SCHEMA public FROM campaign_api`,
];

/** Every table of the first release: agents, campaigns, leads, calls and their events, pacing and leases. */
export class Foundation1790000000001 implements MigrationInterface {
  name = 'Foundation1790000000001';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}
