import type { MigrationInterface, QueryRunner } from 'typeorm';

const DEFAULT_WORKSPACE_ID = '00000000-0000-7000-8000-000000000001';
const WORKSPACE = `workspace_id uuid NOT NULL DEFAULT '${DEFAULT_WORKSPACE_ID}'`;
const roles = (table: string) =>
  `CONSTRAINT ck_${table}_role CHECK (role IN ('viewer','operator','manager','owner'))`;

const UP = [
  // An e-mail address is one person's, over all workspaces: a login names no workspace.
  `CREATE TABLE users (
     id uuid CONSTRAINT pk_users PRIMARY KEY,
     ${WORKSPACE} CONSTRAINT fk_users_workspace_id REFERENCES workspaces (id),
     email text NOT NULL CONSTRAINT ck_users_email CHECK (email = lower(email)),
     name text,
     role text NOT NULL ${roles('users')},
     password_hash text NOT NULL,
     is_active boolean NOT NULL DEFAULT true,
     last_login_at timestamptz,
     created_at timestamptz NOT NULL DEFAULT now(),
     updated_at timestamptz NOT NULL DEFAULT now(),
     CONSTRAINT uq_users_email UNIQUE (email)
   )`,
  `CREATE INDEX ix_users_workspace_id_id ON users (workspace_id, id)`,

  `CREATE TABLE api_keys (
     id uuid CONSTRAINT pk_api_keys PRIMARY KEY,
     ${WORKSPACE} CONSTRAINT fk_api_keys_workspace_id REFERENCES workspaces (id),
     name text NOT NULL,
     prefix text NOT NULL,
     hash bytea NOT NULL CONSTRAINT ck_api_keys_hash CHECK (octet_length(hash) = 32),
     role text NOT NULL ${roles('api_keys')},
     scopes text[],
     created_by text NOT NULL,
     expires_at timestamptz,
     revoked_at timestamptz,
     last_used_at timestamptz,
     replaced_by uuid,
     created_at timestamptz NOT NULL DEFAULT now(),
     CONSTRAINT uq_api_keys_prefix UNIQUE (prefix)
   )`,
  `CREATE INDEX ix_api_keys_workspace_id_id ON api_keys (workspace_id, id)`,

  // One login and all the refresh tokens that came of it.
  `CREATE TABLE login_sessions (
     id uuid CONSTRAINT pk_login_sessions PRIMARY KEY,
     ${WORKSPACE},
     user_id uuid NOT NULL CONSTRAINT fk_login_sessions_user_id REFERENCES users (id) ON DELETE CASCADE,
     address text,
     expires_at timestamptz NOT NULL,
     revoked_at timestamptz,
     revoked_for text CONSTRAINT ck_login_sessions_revoked_for
       CHECK (revoked_for IN ('logout','reuse','user_changed')),
     created_at timestamptz NOT NULL DEFAULT now()
   )`,
  `CREATE INDEX ix_login_sessions_user_id ON login_sessions (user_id)`,
  `CREATE TABLE refresh_tokens (
     hash bytea CONSTRAINT pk_refresh_tokens PRIMARY KEY,
     ${WORKSPACE},
     session_id uuid NOT NULL CONSTRAINT fk_refresh_tokens_session_id REFERENCES login_sessions (id) ON DELETE CASCADE,
     used_at timestamptz,
     created_at timestamptz NOT NULL DEFAULT now()
   )`,
  `CREATE INDEX ix_refresh_tokens_session_id ON refresh_tokens (session_id)`,

  `CREATE TABLE login_attempts (
     subject text CONSTRAINT pk_login_attempts PRIMARY KEY,
     ${WORKSPACE},
     failures integer NOT NULL,
     expires_at timestamptz NOT NULL
   )`,
  `CREATE INDEX ix_login_attempts_expires_at ON login_attempts (expires_at)`,

  `CREATE TABLE setup_tokens (
     hash bytea CONSTRAINT pk_setup_tokens PRIMARY KEY,
     ${WORKSPACE},
     expires_at timestamptz NOT NULL
   )`,
  `GRANT SELECT, INSERT, UPDATE, DELETE
     ON users, api_keys, login_sessions, refresh_tokens, login_attempts, setup_tokens TO campaign_api`,
];

const DOWN = ['setup_tokens', 'login_attempts', 'refresh_tokens', 'login_sessions', 'api_keys', 'users'].map(
  (table) => `DROP TABLE ${table}`,
);

/** Who may use the API: users and their logins, API keys. */
export class Access1790000000015 implements MigrationInterface {
  name = 'Access1790000000015';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}
