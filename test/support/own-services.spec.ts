import { Redis } from 'ioredis';
import pg from 'pg';
import { afterEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from './database.js';
import { createTestRedis, type TestRedis } from './redis.js';

const taken: { end(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(taken.splice(0).map((one) => one.end()));
});

async function ownDatabase(): Promise<TestDatabase> {
  const database = await createTestDatabase();
  taken.push({ end: database.drop });
  return database;
}

async function ownRedis(): Promise<TestRedis> {
  const redis = await createTestRedis();
  taken.push({ end: redis.close });
  return redis;
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('the databases of tests', () => {
  it('should be migrated, apart from each other, and made several at once', async () => {
    const [one, two] = await Promise.all([ownDatabase(), ownDatabase(), ownDatabase(), ownDatabase()]);
    await query(one.url, `UPDATE workspaces SET name = 'changed'`);
    expect(await query(two.url, 'SELECT name FROM workspaces')).toEqual([{ name: 'Default' }]);
  });

  it('should be owned by a role that is no superuser', async () => {
    const { url } = await ownDatabase();
    const [role] = await query(
      url,
      'SELECT rolsuper, rolcreaterole FROM pg_roles WHERE rolname = current_user',
    );
    expect(role).toEqual({ rolsuper: false, rolcreaterole: true });
  });

  it('should be gone after drop, even with a connection open', async () => {
    const database = await createTestDatabase();
    const client = new pg.Client({ connectionString: database.url });
    client.on('error', () => undefined);
    await client.connect();
    await database.drop();
    await expect(query(database.url, 'SELECT 1')).rejects.toThrow('does not exist');
    await client.end().catch(() => undefined);
  });

  it('should give Redis databases that do not share keys', async () => {
    const [one, two] = await Promise.all([ownRedis(), ownRedis()]);
    const clients = [new Redis(one.url), new Redis(two.url)] as const;
    await clients[0].set('key', 'mine');
    expect(await clients[1].get('key')).toBeNull();
    await one.flush();
    expect(await clients[0].get('key')).toBeNull();
    for (const client of clients) client.disconnect();
  });
});
