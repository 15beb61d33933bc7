import pg from 'pg';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiDataSourceOptions } from '../../src/database/data-source.js';
import { Database } from '../../src/database/index.js';
import { insertCampaign } from '../factories/campaign.factory.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { inTransaction, untilLocked } from './campaign-world.js';

describe('a transaction whose statements are sent together', () => {
  let test: TestDatabase;
  let sql: pg.Pool;
  let source: DataSource;
  let database: Database;

  beforeAll(async () => {
    test = await createTestDatabase();
    sql = new pg.Pool({ connectionString: test.url, max: 5 });
    source = await new DataSource(apiDataSourceOptions(test.url, 5)).initialize();
    database = new Database(source);
  });
  afterAll(async () => {
    await database.onApplicationShutdown();
    await source.destroy();
    await sql.end();
    await test.drop();
  });

  const nameOf = async (id: string) =>
    (await sql.query<{ name: string }>('SELECT name FROM campaigns WHERE id = $1', [id])).rows[0]?.name;
  const rename = 'UPDATE campaigns SET name = $2 WHERE id = $1 RETURNING name';

  it('should let the second see what the first waited for', async () => {
    const id = await insertCampaign(sql, { name: 'before' });
    await inTransaction(sql, async (client, commit) => {
      await client.query(rename, [id, 'meanwhile']);
      const reading = database.pipelined((tx) =>
        Promise.all([
          database.query('SELECT id FROM campaigns WHERE id = $1 FOR NO KEY UPDATE', [id], tx),
          database.query<{ name: string }>('SELECT name FROM campaigns WHERE id = $1', [id], tx),
        ]),
      );
      await untilLocked(sql);
      await commit();
      const [, [row]] = await reading;
      expect(row?.name).toBe('meanwhile');
    });
  });

  it('should commit behind a last statement that nobody waited for', async () => {
    const id = await insertCampaign(sql, { name: 'before' });
    const [[row]] = await database.pipelined((tx) =>
      Promise.all([database.query<{ name: string }>(rename, [id, 'after'], tx), tx.commit()]),
    );
    expect([row?.name, await nameOf(id)]).toEqual(['after', 'after']);
  });

  it('should take everything back where the last statement fails, though the commit was sent', async () => {
    const id = await insertCampaign(sql, { name: 'before' });
    const failing = database.pipelined((tx) =>
      Promise.all([
        database.query(rename, [id, 'after'], tx),
        database.query('SELECT 1 / 0', [], tx),
        tx.commit(),
      ]),
    );
    await expect(failing).rejects.toThrow('division by zero');
    expect(await nameOf(id)).toBe('before');
  });

  it('should take everything back where the work fails, and use the connection again', async () => {
    const id = await insertCampaign(sql, { name: 'before' });
    const failing = database.pipelined(async (tx) => {
      await database.query(rename, [id, 'after'], tx);
      throw new Error('changed its mind');
    });
    await expect(failing).rejects.toThrow('changed its mind');
    const again = database.pipelined((tx) => database.query<{ n: number }>('SELECT 1 AS n', [], tx));
    expect([await again, await nameOf(id)]).toEqual([[{ n: 1 }], 'before']);
  });
});
