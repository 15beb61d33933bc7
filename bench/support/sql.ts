import pg from 'pg';
import type { Cleanup } from './cleanup.js';

/** A connection of the bench's own to the product's database, as its owner, or as `options` say. */
export async function openSql(databaseUrl: string, cleanup: Cleanup, options?: string): Promise<pg.Client> {
  const sql = new pg.Client({ connectionString: databaseUrl, options });
  // The services may end before us.
  sql.on('error', () => undefined);
  await sql.connect();
  cleanup.add("the bench's connection", () => sql.end());
  return sql;
}
