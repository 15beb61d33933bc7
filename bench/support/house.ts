import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { acquireEmbedded } from '../../src/embedded/index.js';
import { freePort } from '../../src/embedded/ports.js';
import { hasExited, hasParentDeathSignal } from '../../src/embedded/processes.js';
import type { Cleanup } from './cleanup.js';
import { until } from './wait.js';

/** The repository; this file runs compiled, from dist/bench/support. */
const MAIN = join(import.meta.dirname, '..', '..', 'src', 'main.js');
const READY_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 30_000;

export interface HouseOptions {
  /** 0: one process that does everything; else one API process and so many workers. */
  workers: number;
  /** Further settings of the app, by their variables. */
  settings: Record<string, string>;
  /** Where each process writes its CPU profile when it ends (`node --cpu-prof`). */
  profileDir: string | undefined;
  signal: AbortSignal;
}

export interface Carrier {
  apiUrl: string;
  accountSid: string;
  authToken: string;
}

/** The product, running as its own processes on embedded services of its own. */
export interface House {
  /** Base of the API, e.g. `http://127.0.0.1:40123/api/v1`. */
  apiUrl: string;
  carrier: Carrier;
  databaseUrl: string;
  /** The process that answers the API. */
  apiPid: number;
}

/**
 * Starts the services that `npm start` would start (durable, as there) in a folder that is gone afterwards, and the
 * app's processes on them. The simulator runs in the services' host, a process of its own.
 */
export async function startHouse(options: HouseOptions, cleanup: Cleanup): Promise<House> {
  const dataDir = await mkdtemp(join(tmpdir(), 'campaign-bench-'));
  cleanup.add('the folder', () => rm(dataDir, { recursive: true, force: true, maxRetries: 5 }));
  // Run by root, Postgres is another user, who must pass through here.
  await chmod(dataDir, 0o711);
  const simulator = { port: 0, seed: 1, speed: 1 };
  const services = await acquireEmbedded({
    dataDir,
    cacheDir: process.env.XDG_CACHE_HOME,
    postgres: true,
    redis: true,
    simulator,
  });
  cleanup.add('the embedded services', () => services.release());
  if (!services.carrier || !services.databaseUrl) throw new Error('The embedded services are incomplete');

  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const roles = ['all', ...Array<string>(options.workers).fill('worker')];
  if (options.workers > 0) roles[0] = 'api';
  // The first one migrates; the others find the schema done.
  const pids: number[] = [];
  for (const [index, role] of roles.entries()) {
    const settings = { DATA_DIR: dataDir, ROLE: role, PORT: String(port), PUBLIC_URL: url };
    const all = { ...options.settings, ...settings };
    pids.push(await startProcess(`${role}-${index}`, dataDir, all, options, cleanup));
  }
  const [apiPid = 0] = pids;
  return { apiUrl: `${url}/api/v1`, carrier: services.carrier, databaseUrl: services.databaseUrl, apiPid };
}

/** Answers its process id. */
async function startProcess(
  name: string,
  dir: string,
  settings: Record<string, string>,
  { profileDir, signal }: HouseOptions,
  cleanup: Cleanup,
): Promise<number> {
  const log = join(dir, `${name}.log`);
  const profiling = profileDir ? ['--cpu-prof', `--cpu-prof-dir=${profileDir}`] : [];
  const child = await spawnNode([...profiling, MAIN], settings, log);
  cleanup.add(`the ${name} process`, () => end(child));
  const isReady = async () => {
    if (hasExited(child)) throw new Error(`The ${name} process ended: ${await tailOf(log)}`);
    if (settings.ROLE === 'worker') return (await readFile(log, 'utf8')).includes('worker ready');
    return fetch(`${settings.PUBLIC_URL}/health`).then(
      (answer) => answer.ok,
      () => false,
    );
  };
  await until(isReady, {
    what: `the ${name} process`,
    timeoutMs: READY_TIMEOUT_MS,
    everyMs: 50,
    signal,
  });
  return child.pid ?? 0;
}

/** A bare environment, so that nothing of the shell's own reaches the app; bound to die with us where Linux can do that. */
async function spawnNode(
  args: string[],
  settings: Record<string, string>,
  log: string,
): Promise<ChildProcess> {
  const env: Record<string, string> = { ...settings };
  for (const name of ['PATH', 'HOME', 'TMPDIR', 'XDG_CACHE_HOME']) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  const guard = (await hasParentDeathSignal()) ? ['setpriv', '--pdeathsig', 'KILL', '--'] : [];
  const [file = '', ...rest] = [...guard, process.execPath, ...args];
  const output = openSync(log, 'a', 0o600);
  try {
    return spawn(file, rest, { env, stdio: ['ignore', output, output] });
  } finally {
    closeSync(output);
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (hasExited(child)) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const patience = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await exited;
  clearTimeout(patience);
}

async function tailOf(log: string): Promise<string> {
  return (await readFile(log, 'utf8').catch(() => '')).slice(-2000);
}
