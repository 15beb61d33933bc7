import { join } from 'node:path';
import pg from 'pg';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { SnakeNamingStrategy } from './naming-strategy.js';
import { ScopedPool } from './scoped-pool.js';

/** Only one process migrates at a time; the number is ours and means nothing else. */
const MIGRATION_LOCK = 7_264_301;

const ROOT = join(import.meta.dirname, '..', '..');

/** Options of the connections that serve requests and jobs. Entities are registered by their rooms. */
export function apiDataSourceOptions(url: string, poolSize: number): DataSourceOptions {
  return {
    type: 'postgres',
    url,
    namingStrategy: new SnakeNamingStrategy(),
    applicationName: 'campaign-calling',
    driver: { Pool: ScopedPool, types: pg.types },
    extra: { max: poolSize, connectionTimeoutMillis: 5000 },
  };
}

/** A data source that sees every entity and migration and acts as the owner of the tables. */
export function createMigrationDataSource(url: string): DataSource {
  return new DataSource({
    type: 'postgres',
    url,
    namingStrategy: new SnakeNamingStrategy(),
    applicationName: 'campaign-calling-migrate',
    entities: [join(ROOT, 'src', '**', '*.entity.{js,ts}')],
    migrations: [join(ROOT, 'migrations', '[0-9]*.{js,ts}')],
    migrationsTransactionMode: 'each',
    extra: { max: 2 },
  });
}

/** Brings the schema up to date. Safe for many processes at once: one works, the others wait and find it done. */
export async function migrateDatabase(url: string): Promise<void> {
  await withMigrations(url, async (source) => {
    await source.runMigrations();
  });
}

/** Takes every migration back, newest first. All data is lost. */
export async function revertDatabase(url: string): Promise<void> {
  await withMigrations(url, async (source) => {
    const count = source.migrations.length;
    for (let done = 0; done < count; done += 1) await source.undoLastMigration();
  });
}

async function withMigrations(url: string, work: (source: DataSource) => Promise<void>): Promise<void> {
  const source = await createMigrationDataSource(url).initialize();
  const runner = source.createQueryRunner();
  try {
    await runner.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await work(source);
  } finally {
    await runner.release();
    await source.destroy();
  }
}
