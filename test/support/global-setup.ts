import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import type * as DatabaseIndex from '../../src/database/index.js';
import { startPostgres, startRedis } from '../../src/embedded/index.js';
import type { RunningPostgres } from '../../src/embedded/postgres/start-postgres.js';
import { buildApp, importBuilt } from './build.js';
import { TEMPLATE } from './database.js';

/** Loaded compiled, since TypeORM finds entities and migrations as files. */
type DatabaseRoom = typeof DatabaseIndex;

declare module 'vitest' {
  export interface ProvidedContext {
    /** The owner's, on an empty database. Tests take `createTestDatabase()` instead. */
    postgresUrl: string;
    /** The superuser's: makes and drops databases. */
    postgresAdminUrl: string;
    redisUrl: string;
  }
}

/**
 * One Postgres with a migrated template and one Redis for the whole run, both private, in a folder of their own and
 * on free ports: two runs at once do not meet. Both end with this process, however it ends.
 */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  refuseRealCarrier();
  const dir = await mkdtemp(join(tmpdir(), 'campaign-tests-'));
  // As root, Postgres runs as another user, who must pass through here.
  await chmod(dir, 0o711);
  const running: { stop(): Promise<void> }[] = [];
  const tearDown = async () => {
    await Promise.all(running.map((service) => service.stop()));
    await rm(dir, { recursive: true, force: true, maxRetries: 5 });
  };
  const track = <T extends { stop(): Promise<void> }>(service: T): T => {
    running.push(service);
    return service;
  };
  // All are awaited, even after one has failed: what started late must be stopped too.
  const [postgres, redis, build] = await Promise.allSettled([
    startPostgres({ dir: join(dir, 'postgres'), durable: false }).then(track),
    startRedis({ dir: join(dir, 'redis'), durable: false, cacheDir: process.env.XDG_CACHE_HOME }).then(track),
    buildApp(),
  ]);
  try {
    if (build.status === 'rejected') throw build.reason;
    await makeTemplate(valueOf(postgres));
    project.provide('postgresUrl', valueOf(postgres).url);
    project.provide('postgresAdminUrl', valueOf(postgres).adminUrl);
    project.provide('redisUrl', valueOf(redis).url);
  } catch (error) {
    await tearDown();
    throw error;
  }
  return tearDown;
}

function valueOf<T>(start: PromiseSettledResult<T>): T {
  if (start.status === 'rejected') throw start.reason;
  return start.value;
}

/** A test that dials for real costs money and wakes people. */
function refuseRealCarrier(): void {
  if (process.env.TWILIO_ACCOUNT_SID) {
    throw new Error('TWILIO_ACCOUNT_SID is set: unset it, tests must not reach a real carrier.');
  }
}

/** The database every test's own is cloned from: migrated once, then closed to connections, which would block cloning. */
async function makeTemplate({ url, adminUrl }: RunningPostgres): Promise<void> {
  const owner = new URL(url);
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    await client.query(`CREATE DATABASE ${TEMPLATE} OWNER ${owner.username}`);
    const { migrateDatabase } = await importBuilt<DatabaseRoom>('src/database/index.js');
    owner.pathname = `/${TEMPLATE}`;
    await migrateDatabase(owner.href);
    await client.query(`ALTER DATABASE ${TEMPLATE} WITH ALLOW_CONNECTIONS false IS_TEMPLATE true`);
  } finally {
    await client.end();
  }
}
