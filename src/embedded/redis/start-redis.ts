import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { EmbeddedError } from '../embedded.error.js';
import { freePort } from '../ports.js';
import { endProcess, hasExited, isAlive, launch, until, workingFolder } from '../processes.js';
import type { RunningService, ServiceOptions } from '../running-service.js';
import { newSecret, readState, writeState } from '../state-file.js';
import type { RedisBinary } from './debian-redis.js';
import { findRedis } from './find-redis.js';

/** Loading a large append-only file takes its time; until then Redis answers LOADING. */
const START_TIMEOUT_MS = 60_000;
const START_ATTEMPTS = 4;

interface RedisState {
  password: string;
  port?: number;
}

export interface RedisOptions extends ServiceOptions {
  /** The user's cache folder, where an unpacked Redis is kept (`$XDG_CACHE_HOME`); default `~/.cache`. */
  cacheDir?: string | undefined;
}

/**
 * Starts a private Redis on `dir`, on loopback and with a random password, and waits until it serves. It never evicts
 * (Bull would lose jobs) and, if durable, keeps an append-only file. Ends an orphan found on the data.
 * @throws EmbeddedError with one sentence
 */
export async function startRedis(o: RedisOptions): Promise<RunningService> {
  await mkdir(o.dir, { recursive: true });
  await chmod(o.dir, 0o700);
  const dir = await realpath(o.dir);
  const statePath = join(dir, 'state.json');
  const state: RedisState = { password: newSecret(), ...(await readState<RedisState>(statePath)) };
  const binary = await findRedis(o.cacheDir, dir);
  await endOrphan(dir);
  for (let attempt = 1; ; attempt += 1) {
    state.port = await freePort(attempt === 1 ? state.port : undefined);
    await writeState(statePath, state);
    const child = await startServer(binary, dir, state, o.durable);
    if (await becomesReady(child, state)) return serviceOf(child, state);
    if (child.pid) await endProcess(child.pid, ['SIGTERM', 'SIGKILL'], 5000);
    if (attempt === START_ATTEMPTS) throw new EmbeddedError(await failure(dir));
    // The port may have been taken meanwhile; what fails twice is the file, and jobs are rebuilt from Postgres.
    if (attempt > 1)
      await rename(join(dir, 'appendonlydir'), join(dir, `broken-${Date.now()}`)).catch(() => undefined);
  }
}

function serviceOf(child: ChildProcess, state: RedisState): RunningService {
  const pid = child.pid ?? 0;
  return {
    url: urlOf(state),
    pid,
    exited: once(child, 'exit').then(() => undefined),
    stop: () => endProcess(pid, ['SIGTERM', 'SIGKILL'], 12_000),
  };
}

async function startServer(
  binary: RedisBinary,
  dir: string,
  state: RedisState,
  durable: boolean,
): Promise<ChildProcess> {
  const path = join(dir, 'redis.conf');
  // In a file, not on the command line, which everybody on the machine may read.
  await writeFile(path, configuration(dir, state, durable), { mode: 0o600 });
  return launch({
    file: binary.file,
    args: [path],
    log: join(dir, 'redis.log'),
    env: { ...binary.env, LC_ALL: 'C', TZ: 'UTC' },
    onParentDeath: 'TERM',
  });
}

function configuration(dir: string, { port, password }: RedisState, durable: boolean): string {
  const lines = [
    'bind 127.0.0.1',
    `port ${port}`,
    `requirepass ${password}`,
    `dir "${dir}"`,
    `pidfile "${join(dir, 'redis.pid')}"`,
    'daemonize no',
    'maxmemory-policy noeviction',
    'save ""',
    `appendonly ${durable ? 'yes' : 'no'}`,
    'appendfsync everysec',
    // Tests take a database each.
    `databases ${durable ? 16 : 512}`,
  ];
  return `${lines.join('\n')}\n`;
}

/** Ready is when the server that answers to our password is our child. */
async function becomesReady(child: ChildProcess, state: RedisState): Promise<boolean> {
  const client = new Redis(urlOf(state), {
    lazyConnect: true,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    enableReadyCheck: false,
  });
  client.on('error', () => undefined);
  const answers = async () => {
    if (client.status !== 'ready') await client.connect();
    // While the data loads, PING is refused with LOADING.
    await client.ping();
    return (await client.info('server')).includes(`process_id:${child.pid}\r`);
  };
  let isReady = false;
  await until(async () => {
    isReady = await answers().catch(() => false);
    return isReady || hasExited(child);
  }, START_TIMEOUT_MS);
  client.disconnect();
  return isReady;
}

/** Ends a server that a killed host left on this data. */
async function endOrphan(dir: string): Promise<void> {
  const pid = Number(await readFile(join(dir, 'redis.pid'), 'utf8').catch(() => ''));
  if (pid > 0 && (await isAlive(pid)) && (await workingFolder(pid)) === dir) {
    await endProcess(pid, ['SIGTERM', 'SIGKILL'], 12_000);
  }
  await rm(join(dir, 'redis.pid'), { force: true });
}

async function failure(dir: string): Promise<string> {
  const log = join(dir, 'redis.log');
  const last = (await readFile(log, 'utf8').catch(() => '')).trimEnd().split('\n').at(-1) ?? '';
  return `The embedded Redis did not start: ${last.slice(-300)} (its log is ${log}).`;
}

function urlOf({ port, password }: RedisState): string {
  return `redis://:${password}@127.0.0.1:${port}`;
}
