import type { ChildProcess } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { acquireEmbedded, type EmbeddedServices } from '../../src/embedded/index.js';
import { freePort } from '../../src/embedded/ports.js';
import { hasExited } from '../../src/embedded/processes.js';
import type { Cleanup } from './cleanup.js';
import { endNode, startNode } from './processes.js';
import { ROOT } from './root.js';
import { until } from './wait.js';

const MAIN = join(ROOT, 'dist', 'src', 'main.js');
const READY_TIMEOUT_MS = 60_000;

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
  /** What the carrier's callbacks are signed for: no slash at the end. */
  publicUrl: string;
  carrier: Carrier;
  databaseUrl: string;
  redisUrl: string;
  pids: {
    /** The process that answers HTTP; with no workers it does everything. */
    api: number;
    workers: number[];
    /** The embedded services' host: the simulator runs in it, Postgres and Redis below it. */
    services: number;
  };
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
  const { carrier, databaseUrl, redisUrl } = await startServices(dataDir, cleanup);
  if (!carrier || !databaseUrl || !redisUrl) throw new Error('The embedded services are incomplete');

  const port = await freePort();
  const publicUrl = `http://127.0.0.1:${port}`;
  const roles = ['all', ...Array<string>(options.workers).fill('worker')];
  if (options.workers > 0) roles[0] = 'api';
  const [api = 0, ...workers] = await startAll(roles, publicUrl, dataDir, options, cleanup);
  const services = await hostOf(dataDir);
  const apiUrl = `${publicUrl}/api/v1`;
  return { apiUrl, publicUrl, carrier, databaseUrl, redisUrl, pids: { api, workers, services } };
}

async function startServices(dataDir: string, cleanup: Cleanup): Promise<EmbeddedServices> {
  const services = await acquireEmbedded({
    dataDir,
    cacheDir: process.env.XDG_CACHE_HOME,
    postgres: true,
    redis: true,
    simulator: { port: 0, seed: 1, speed: 1 },
  });
  cleanup.add('the embedded services', () => services.release());
  return services;
}

/** The first one migrates; the others find the schema done. @returns their pids */
async function startAll(
  roles: string[],
  publicUrl: string,
  dataDir: string,
  options: HouseOptions,
  cleanup: Cleanup,
): Promise<number[]> {
  const { port } = new URL(publicUrl);
  const pids: number[] = [];
  for (const [index, role] of roles.entries()) {
    const settings = {
      ...options.settings,
      DATA_DIR: dataDir,
      ROLE: role,
      PORT: port,
      PUBLIC_URL: publicUrl,
    };
    const child = await startProcess(`${role}-${index}`, dataDir, settings, options, cleanup);
    pids.push(child.pid ?? 0);
  }
  return pids;
}

async function startProcess(
  name: string,
  dir: string,
  settings: Record<string, string>,
  { profileDir, signal }: HouseOptions,
  cleanup: Cleanup,
): Promise<ChildProcess> {
  const log = join(dir, `${name}.log`);
  const profiling = profileDir ? ['--cpu-prof', `--cpu-prof-dir=${profileDir}`] : [];
  const child = await startNode([...profiling, MAIN], settings, log);
  cleanup.add(`the ${name} process`, () => endNode(child, 'SIGTERM'));
  const isReady = async () => {
    if (hasExited(child)) throw new Error(`The ${name} process ended: ${await tailOf(log)}`);
    if (settings.ROLE === 'worker') return (await readFile(log, 'utf8')).includes('worker ready');
    return fetch(`${settings.PUBLIC_URL}/health`).then(
      (answer) => answer.ok,
      () => false,
    );
  };
  await until(isReady, { what: `the ${name} process`, timeoutMs: READY_TIMEOUT_MS, everyMs: 50, signal });
  return child;
}

/** The host of the embedded services writes its pid beside their data. */
async function hostOf(dataDir: string): Promise<number> {
  return (JSON.parse(await readFile(join(dataDir, 'host.json'), 'utf8')) as { pid: number }).pid;
}

async function tailOf(log: string): Promise<string> {
  return (await readFile(log, 'utf8').catch(() => '')).slice(-2000);
}
