import pg from 'pg';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiDataSourceOptions } from '../../src/database/data-source.js';
import { Database, type Line, type Tx } from '../../src/database/index.js';
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

  describe('behind a statement', () => {
    const PID = 'SELECT pg_backend_pid() AS pid';
    const pidOf = async (tx: Tx) => (await database.query<{ pid: number }>(PID, [], tx))[0]?.pid;
    /** Runs `statement` with a transaction behind it. */
    const follow = <T>(statement: string, values: unknown[], work: (line: Line) => Promise<T>) => {
      let followed: Promise<T> | undefined;
      const answer = database.repeated<{ pid: number }>(statement, values, (line) => {
        followed = work(line);
        followed.catch(() => undefined);
      });
      // Either may fail before anybody looks: it is the test that says so.
      answer.catch(() => undefined);
      return { answer, followed: async () => (await answer.catch(() => undefined), await followed) };
    };

    it('should be sent before the answer is there, and see what the statement did', async () => {
      const id = await insertCampaign(sql, { name: 'before' });
      await inTransaction(sql, async (client, commit) => {
        await client.query(rename, [id, 'meanwhile']);
        const both = follow(`${rename}, pg_backend_pid() AS pid`, [id, 'after'], (line) =>
          line.pipelined(async (tx) => [
            await pidOf(tx),
            await database.query('SELECT name FROM campaigns WHERE id = $1', [id], tx),
          ]),
        );
        await untilLocked(sql);
        await commit();
        const [row] = await both.answer;
        expect(await both.followed()).toEqual([row?.pid, [{ name: 'after' }]]);
      });
    });

    it('should be done though the statement fails', async () => {
      const id = await insertCampaign(sql, { name: 'before' });
      const both = follow('SELECT 1 / 0', [], (line) =>
        line.pipelined((tx) => database.query(rename, [id, 'after'], tx)),
      );
      await expect(both.answer).rejects.toThrow('division by zero');
      await both.followed();
      expect(await nameOf(id)).toBe('after');
    });

    it('should keep the connection until it is ready, and leave it then', async () => {
      let isReady = (): void => undefined;
      const ready = new Promise<void>((resolve) => (isReady = resolve));
      const both = follow(PID, [], (line) => line.pipelined(pidOf, ready));
      const [row] = await both.answer;
      const others = () => Promise.all(Array.from({ length: 4 }, () => database.pipelined(pidOf)));
      expect(await others()).not.toContain(row?.pid);
      isReady();
      expect(await both.followed()).toBe(row?.pid);
      expect(await others()).toContain(row?.pid);
    });

    it('should fail with a connection that breaks, which nobody gets again', async () => {
      const id = await insertCampaign(sql, { name: 'before' });
      await inTransaction(sql, async (client) => {
        await client.query(rename, [id, 'meanwhile']);
        const both = follow(rename, [id, 'after'], (line) => line.pipelined(pidOf));
        await untilLocked(sql);
        await sql.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock'
          AND datname = current_database()`);
        await expect(both.answer).rejects.toThrow('terminating connection');
        await expect(both.followed()).rejects.toThrow();
      });
      expect(await database.repeated('SELECT 1 AS n')).toEqual([{ n: 1 }]);
    });
  });
});
