import { once } from 'node:events';
import type { ChildProcess } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { EmbeddedError } from '../embedded.error.js';
import { freePort } from '../ports.js';
import { endProcess, hasExited, launch, until } from '../processes.js';
import type { RunningService, ServiceOptions } from '../running-service.js';
import { writeState } from '../state-file.js';
import { findPostgres } from './binaries.js';
import { endOrphan, initialise, isInitialised, openCluster, readPidFile, type Cluster } from './cluster.js';

const OWNER = 'campaigns_owner';
const DATABASE = 'campaigns';

/** Recovery after a crash may take its time on a large database. */
const START_TIMEOUT_MS = 120_000;
const START_ATTEMPTS = 5;
/** What only another attempt can mend: the port was taken meanwhile, or a killed server's children still linger. */
const PASSING = /could not bind|could not create any TCP|shared memory block|lock file/;

/** Settings for a small machine. Errors of statements are not logged: they would carry people's phone numbers. */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '128MB',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_checkpoints: 'off',
};
/** Nothing survives a crash of the machine, and every commit is several times faster. */
const VOLATILE = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_wal_size: '4GB',
  checkpoint_timeout: '1h',
};

export interface RunningPostgres extends RunningService {
  /** As the superuser, on the database `postgres`: for making databases, never for the app. */
  adminUrl: string;
}

/**
 * Starts a private Postgres on `dir`, on loopback and with a random password, and waits until it serves. `url` names
 * the database `campaigns` and its owner, who may create roles and is no superuser. Ends an orphan found on the data.
 * @throws EmbeddedError with one sentence
 */
export async function startPostgres(o: ServiceOptions): Promise<RunningPostgres> {
  const cluster = await openCluster(o.dir);
  const binaries = await findPostgres(cluster.account);
  await endOrphan(cluster.folder);
  if (!(await isInitialised(cluster.folder))) await initialise(cluster, binaries.initdb, o.durable);
  const { child, pid, port } = await startServer(cluster, binaries.postgres, o.durable);
  const exited = once(child, 'exit').then(() => undefined);
  const stop = () => endProcess(pid, ['SIGINT', 'SIGQUIT', 'SIGKILL'], 12_000);
  try {
    await writeState(cluster.statePath, { ...cluster.state, port });
    const adminUrl = urlOf('postgres', cluster.state.superuserPassword, port, 'postgres');
    await prepare(adminUrl, cluster.state.ownerPassword);
    return { url: urlOf(OWNER, cluster.state.ownerPassword, port, DATABASE), adminUrl, pid, exited, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Started {
  child: ChildProcess;
  pid: number;
  port: number;
}

async function startServer(cluster: Cluster, postgres: string, durable: boolean): Promise<Started> {
  const log = join(dirname(cluster.statePath), 'postgres.log');
  const settings = Object.entries({ ...SETTINGS, ...(durable ? {} : VOLATILE) });
  const flags = settings.flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort(attempt === 1 ? cluster.state.port : undefined);
    const logged = await sizeOf(log);
    const child = await launch({
      file: postgres,
      args: ['-D', cluster.folder, '-p', String(port), ...flags],
      log,
      env: { LC_ALL: 'C', TZ: 'UTC' },
      account: cluster.account,
      onParentDeath: 'INT',
    });
    if (await becomesReady(child, cluster.folder)) return { child, pid: child.pid ?? 0, port };
    const reason = await lastFatal(log, logged);
    if (attempt === START_ATTEMPTS || !PASSING.test(reason)) {
      throw new EmbeddedError(`The embedded Postgres did not start: ${reason} (its log is ${log}).`);
    }
    await sleep(200 * attempt);
  }
}

/** Ready is when the data folder's own pid file says so and names our child: no other server can be meant. */
async function becomesReady(child: ChildProcess, folder: string): Promise<boolean> {
  const hasWritten = async () => {
    const written = await readPidFile(folder);
    return written?.isReady === true && written.pid === child.pid;
  };
  await until(async () => hasExited(child) || (await hasWritten()), START_TIMEOUT_MS);
  const isReady = !hasExited(child) && (await hasWritten());
  if (!isReady && child.pid) await endProcess(child.pid, ['SIGINT', 'SIGKILL'], 10_000);
  return isReady;
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.size ?? 0;
}

/** Why the server gave up, from what it wrote beyond the first `skip` bytes of its log. */
async function lastFatal(log: string, skip: number): Promise<string> {
  const written = await readFile(log).catch(() => Buffer.alloc(0));
  const lines = written.subarray(skip).toString('utf8').trimEnd().split('\n');
  const fatal = lines.findLastIndex((line) => /FATAL|PANIC/.test(line));
  // The line before often says why ("could not bind …: Address already in use").
  const from = Math.max(fatal - 2, 0);
  return (
    (fatal < 0 ? lines.slice(-1) : lines.slice(from, fatal + 1)).join(' / ').slice(-500) || 'no reason given'
  );
}

function urlOf(user: string, password: string, port: number, database: string): string {
  return `postgres://${user}:${password}@127.0.0.1:${port}/${database}`;
}

/** Makes the owner and the database where they are missing; a start that was cut short is mended by the next. */
async function prepare(adminUrl: string, ownerPassword: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    const roles = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [OWNER]);
    const password = client.escapeLiteral(ownerPassword);
    if (roles.rowCount === 0)
      await client.query(`CREATE ROLE ${OWNER} LOGIN CREATEROLE PASSWORD ${password}`);
    const databases = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE]);
    if (databases.rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE} OWNER ${OWNER}`);
  } finally {
    await client.end();
  }
}
