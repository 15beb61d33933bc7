/**
 * Migrations up, down and up again on a fresh embedded Postgres: down leaves nothing of ours behind, and after
 * the last up a generated migration would be empty. With `--prove`: makes a leftover and a drift on purpose and
 * fails unless both are seen.
 */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMigrationDataSource, migrateDatabase, revertDatabase } from '../src/database/index.js';
import { startPostgres } from '../src/embedded/index.js';

/** Everything a migration can make, but the migrations table that TypeORM keeps for itself. */
const OBJECTS = `
  SELECT CASE relkind WHEN 'i' THEN 'index' WHEN 'S' THEN 'sequence' WHEN 'v' THEN 'view' ELSE 'table' END
         || ' ' || relname AS name
    FROM pg_class
   WHERE relnamespace = 'public'::regnamespace
     AND relname NOT IN ('migrations', 'migrations_id_seq')
     AND oid NOT IN (SELECT indexrelid FROM pg_index WHERE indrelid = to_regclass('public.migrations'))
  UNION ALL
  SELECT 'function ' || proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
  UNION ALL
  SELECT 'type ' || typname FROM pg_type
   WHERE typnamespace = 'public'::regnamespace AND typrelid = 0 AND typelem = 0
  UNION ALL
  SELECT 'schema ' || nspname FROM pg_namespace
   WHERE nspname !~ '^pg_' AND nspname NOT IN ('public', 'information_schema')
  UNION ALL
  SELECT 'extension ' || extname FROM pg_extension WHERE extname <> 'plpgsql'
  ORDER BY name`;

async function query(url: string, sql: string): Promise<string[]> {
  const source = await createMigrationDataSource(url).initialize();
  try {
    const rows = await source.query<{ name: string }[] | undefined>(sql);
    return (rows ?? []).map((row) => row.name);
  } finally {
    await source.destroy();
  }
}

/** The statements a generated migration would hold now: none, if entities and schema agree. */
async function drift(url: string): Promise<string[]> {
  const source = await createMigrationDataSource(url).initialize();
  try {
    if (source.entityMetadatas.length === 0) return ['no entity was found: nothing was compared'];
    const memory = await source.driver.createSchemaBuilder().log();
    return memory.upQueries.map((statement) => statement.query);
  } finally {
    await source.destroy();
  }
}

function report(what: string, lines: string[]): boolean {
  console.log(`${lines.length === 0 ? 'ok  ' : 'FAIL'} ${what}`);
  for (const line of lines) console.log(`       ${line}`);
  return lines.length === 0;
}

async function check(url: string): Promise<boolean> {
  const before = await query(url, OBJECTS);
  await migrateDatabase(url);
  const made = await query(url, OBJECTS);
  const isUp = report('up makes tables', made.length > before.length ? [] : ['nothing was made']);
  await revertDatabase(url);
  const left = (await query(url, OBJECTS)).filter((name) => !before.includes(name));
  const isDown = report('down leaves nothing of ours behind', left);
  await migrateDatabase(url);
  const again = await query(url, OBJECTS);
  const isSame = report('the second up makes what the first made', difference(made, again));
  return report('a generated migration is empty', await drift(url)) && isUp && isDown && isSame;
}

function difference(a: string[], b: string[]): string[] {
  return [...a.filter((name) => !b.includes(name)), ...b.filter((name) => !a.includes(name))];
}

/** Breaks the schema in two ways, each of which must be seen by name. */
async function prove(url: string): Promise<boolean> {
  await migrateDatabase(url);
  await query(url, 'ALTER TABLE leads ADD COLUMN stray text');
  const isDriftSeen = (await drift(url)).some((sql) => sql.includes('stray'));
  const drifts = report('a stray column is seen', isDriftSeen ? [] : ['the drift went unseen']);
  await query(url, 'CREATE FUNCTION stray() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$');
  await revertDatabase(url);
  const isLeftSeen = (await query(url, OBJECTS)).includes('function stray');
  return report('a stray function is seen', isLeftSeen ? [] : ['the leftover went unseen']) && drifts;
}

const folder = await mkdtemp(join(tmpdir(), 'migrations-'));
// Postgres refuses to run as root: its own user has to reach the data folder.
await chmod(folder, 0o755);
const postgres = await startPostgres({ dir: join(folder, 'postgres'), durable: false });
try {
  const isFine = await (process.argv.includes('--prove') ? prove(postgres.url) : check(postgres.url));
  process.exitCode = isFine ? 0 : 1;
} finally {
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
}
