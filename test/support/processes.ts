import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../src/embedded/ports.js';
import { hasExited, hasParentDeathSignal } from '../../src/embedded/processes.js';
import { watchAnswersOf } from './answers.js';
import { ROOT } from './build.js';
import { waitFor } from './wait-for.js';

const STOP_TIMEOUT_MS = 20_000;

export interface SpawnOptions {
  /** Beside a bare environment (PATH, HOME …): nothing else of the test's own is inherited. `PORT` is a free one if unset. */
  env?: Record<string, string>;
  /** Default `all`. */
  role?: 'all' | 'api' | 'worker';
  /** Default 30,000. */
  readyTimeoutMs?: number;
}

export interface AppProcess {
  /** e.g. `http://127.0.0.1:40123`, no slash at the end. */
  url: string;
  port: number;
  pid: number;
  /** Everything it has printed so far, both streams. */
  output(): string;
  /** Sends the signal (default SIGTERM) and waits until it is gone. @throws if 20 s later it had to be killed */
  kill(signal?: NodeJS.Signals): Promise<void>;
}

/**
 * Starts the compiled app as a process and waits until it is ready: `GET /health` answers 200, or a worker has
 * printed `worker ready`. It dies with the test's process if the test forgets to kill it.
 */
export async function spawnApp({
  env = {},
  role = 'all',
  readyTimeoutMs = 30_000,
}: SpawnOptions): Promise<AppProcess> {
  const port = env.PORT ? Number(env.PORT) : await freePort();
  const scratch = env.DATA_DIR ? undefined : await scratchFolder();
  const settings = { DATA_DIR: scratch ?? '', ...env, ROLE: role, PORT: String(port) };
  const child = await spawnNode([join(ROOT, 'dist', 'src', 'main.js')], settings);
  const printed = capture(child);
  const app: AppProcess = {
    url: `http://127.0.0.1:${port}`,
    port,
    pid: child.pid ?? 0,
    output: () => printed.join(''),
    kill: async (signal = 'SIGTERM') => {
      await end(child, signal);
      if (scratch) await rm(scratch, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  try {
    const settled = () => hasExited(child) || isReady(app, role);
    await waitFor(settled, { timeoutMs: readyTimeoutMs, message: `the ${role} process` });
    const ended = child.exitCode ?? child.signalCode;
    if (ended !== null) throw new Error(`The ${role} process ended with ${ended}.`);
    if (role !== 'worker') await watchAnswersOf(app.url);
    return app;
  } catch (error) {
    await app.kill('SIGKILL');
    throw new Error(`${String(error)}\nIt printed:\n${app.output()}`, { cause: error });
  }
}

/** Starts node on a script with a bare environment and the given settings, bound to die with us. */
export async function spawnNode(args: string[], settings: Record<string, string>): Promise<ChildProcess> {
  const inherited = ['PATH', 'HOME', 'TMPDIR', 'XDG_CACHE_HOME'].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  });
  const env = { ...Object.fromEntries(inherited), ...settings };
  const command = (await hasParentDeathSignal())
    ? ['setpriv', '--pdeathsig', 'KILL', '--', process.execPath, ...args]
    : [process.execPath, ...args];
  const child = spawn(command[0]!, command.slice(1), { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
  // A child killed with words still in its pipe resets it, which is no error of the test's.
  for (const stream of [child.stdout, child.stderr]) stream.on('error', () => undefined);
  return child;
}

/** An empty folder that a Postgres started by root can reach too. */
export async function scratchFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'campaign-test-'));
  await chmod(folder, 0o711);
  return folder;
}

function capture(child: ChildProcess): string[] {
  const printed: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => printed.push(text));
  }
  return printed;
}

async function isReady(app: AppProcess, role: string): Promise<boolean> {
  if (role === 'worker') return app.output().includes('worker ready');
  return (await fetch(`${app.url}/health`)).ok;
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (hasExited(child)) return;
  const exited = once(child, 'exit');
  child.kill(signal);
  const patience = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  const [, endedBy] = (await exited) as [number | null, NodeJS.Signals | null];
  clearTimeout(patience);
  if (endedBy === 'SIGKILL' && signal !== 'SIGKILL') {
    throw new Error(`The process ${child.pid} did not end ${STOP_TIMEOUT_MS} ms after ${signal}.`);
  }
}
