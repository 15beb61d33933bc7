import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = [
  // A client's key opens what is sealed by it, so only its hash is kept. Requests of the last day stay known.
  `UPDATE idempotency_keys SET key = encode(sha256(convert_to(key, 'UTF8')), 'hex')`,

  // That an address is taken in another workspace is nobody's business here.
  `ALTER TABLE users DROP CONSTRAINT uq_users_email`,
  `ALTER TABLE users ADD CONSTRAINT uq_users_workspace_id_email UNIQUE (workspace_id, email)`,
  // A login names an address, and perhaps no workspace.
  `CREATE INDEX ix_users_email ON users (email)`,
];

const DOWN = [
  `DROP INDEX ix_users_email`,
  `ALTER TABLE users DROP CONSTRAINT uq_users_workspace_id_email`,
  // Refused where somebody is in two workspaces: which of the two is to go is for a person to say.
  `ALTER TABLE users ADD CONSTRAINT uq_users_email UNIQUE (email)`,
  // Nobody could find them by a hash, nor read what is sealed.
  `DELETE FROM idempotency_keys`,
];

/** Keys kept as hashes, and users by workspace. */
export class Keys1790000000019 implements MigrationInterface {
  name = 'Keys1790000000019';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}
