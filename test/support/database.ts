import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { inject } from 'vitest';

/** The migrated database that `global-setup.ts` makes. */
export const TEMPLATE = 'campaigns_template';

const ATTEMPTS = 10;
const OBJECT_IN_USE = '55006';
/** Connections that are being closed are gone within milliseconds. */
const LEAVE_MS = 1000;

export interface TestDatabase {
  /** As the owner; the schema is migrated, the tables hold what the migrations put there. */
  url: string;
  /** Ends all its connections and removes it. */
  drop(): Promise<void>;
}

/** A database of the test's own, cloned from the migrated template in some 30 ms. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const owner = new URL(inject('postgresUrl'));
  const name = `test_${randomBytes(8).toString('hex')}`;
  await clone(name, owner.username);
  owner.pathname = `/${name}`;
  return { url: owner.href, drop: () => drop(name) };
}

/** The template may be busy for an instant (autovacuum, another clone). */
async function clone(name: string, owner: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await asAdmin(`CREATE DATABASE ${name} TEMPLATE ${TEMPLATE} OWNER ${owner}`);
      return;
    } catch (error) {
      const isBusy = error instanceof pg.DatabaseError && error.code === OBJECT_IN_USE;
      if (!isBusy || attempt === ATTEMPTS) throw error;
      await sleep(50 * attempt);
    }
  }
}

/**
 * A pool's `end` resolves before its connections are gone: one that the server then terminates is an uncaught error in a
 * client that nobody listens to any more. So those that are going are waited for; the others are ended.
 */
async function drop(name: string): Promise<void> {
  const end = Date.now() + LEAVE_MS;
  while ((await connectionsTo(name)) > 0 && Date.now() < end) await sleep(10);
  await asAdmin(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
}

async function connectionsTo(name: string): Promise<number> {
  const sql = `SELECT pid FROM pg_stat_activity WHERE datname = '${name}' AND backend_type = 'client backend'`;
  return (await asAdmin(sql)).rowCount ?? 0;
}

async function asAdmin(sql: string): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: inject('postgresAdminUrl') });
  await client.connect();
  try {
    return await client.query(sql);
  } finally {
    await client.end();
  }
}
