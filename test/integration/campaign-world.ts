import type { TestingModule } from '@nestjs/testing';
import { Test } from '@nestjs/testing';
import pg from 'pg';
import { CampaignsModule } from '../../src/campaigns/index.js';
import { ConfigModule, loadConfig } from '../../src/config/index.js';
import { DatabaseModule } from '../../src/database/index.js';
import { waitFor } from '../support/wait-for.js';
import { createTestDatabase } from '../support/database.js';

/** The campaigns room with what it stands on, as one or several processes see it, on a database of its own. */
export interface CampaignWorld {
  sql: pg.Pool;
  rooms: TestingModule;
  /** Another process on the same database. */
  join(): Promise<TestingModule>;
  close(): Promise<void>;
}

export async function startCampaignWorld(): Promise<CampaignWorld> {
  const database = await createTestDatabase();
  const sql = new pg.Pool({ connectionString: database.url, max: 5 });
  const all: TestingModule[] = [];
  const join = async () => {
    const rooms = await openRooms(database.url);
    all.push(rooms);
    return rooms;
  };
  const close = async () => {
    for (const rooms of all) await rooms.close();
    await sql.end();
    await database.drop();
  };
  return { sql, rooms: await join(), join, close };
}

async function openRooms(url: string): Promise<TestingModule> {
  const config = loadConfig({ DATABASE_URL: url });
  const imports = [ConfigModule.forRoot(config), DatabaseModule, CampaignsModule];
  const rooms = await Test.createTestingModule({ imports }).compile();
  // Failures that a test brings about are asserted, not printed.
  rooms.useLogger(false);
  return rooms.init();
}

/** Waits until `count` backends of this database wait for a lock. */
export async function untilLocked(sql: pg.Pool, count = 1): Promise<void> {
  await waitFor(
    async () => {
      const { rows } = await sql.query<{ waiting: number }>(
        `SELECT count(*)::int AS waiting FROM pg_stat_activity
          WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      return rows[0]!.waiting >= count;
    },
    { message: `${count} backends waiting for a lock` },
  );
}

/** Runs `work` on a connection of its own between BEGIN and `commit()`. */
export async function inTransaction(
  sql: pg.Pool,
  work: (client: pg.PoolClient, commit: () => Promise<void>) => Promise<void>,
): Promise<void> {
  const client = await sql.connect();
  let isOpen = true;
  const commit = async () => {
    isOpen = false;
    await client.query('COMMIT');
  };
  try {
    await client.query('BEGIN');
    await work(client, commit);
    if (isOpen) await commit();
  } finally {
    client.release(isOpen);
  }
}

/** The code of the refusal, or `ok`. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'ok';
  } catch (error) {
    if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
    throw error;
  }
}
