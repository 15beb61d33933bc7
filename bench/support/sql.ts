import pg from 'pg';
import type { Cleanup } from './cleanup.js';

/** A connection of the bench's own to the product's database, as its owner. */
export async function openSql(databaseUrl: string, cleanup: Cleanup): Promise<pg.Client> {
  const sql = new pg.Client({ connectionString: databaseUrl });
  // The services may end before us.
  sql.on('error', () => undefined);
  await sql.connect();
  cleanup.add("the bench's connection", () => sql.end());
  return sql;
}
