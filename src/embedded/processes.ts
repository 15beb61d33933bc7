import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { openSync, closeSync, statSync } from 'node:fs';
import { readFile, readlink } from 'node:fs/promises';
import { platform } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A log older runs filled is begun anew. */
const LOG_LIMIT_BYTES = 10 * 1024 * 1024;

/** The user a child runs as; absent: our own. */
export interface Account {
  uid: number;
  gid: number;
}

export interface Launch {
  file: string;
  args: string[];
  /** Both output streams are appended to this file. A file, not a pipe: a child that outlives us must not die of SIGPIPE. */
  log: string;
  env: Record<string, string>;
  account?: Account | undefined;
  /** What Linux sends the child when we die, so that even our kill -9 leaves no orphan behind. */
  onParentDeath: 'INT' | 'TERM' | 'KILL';
}

/** Starts a server as our child. @throws the error of spawn, e.g. ENOENT or EACCES */
export async function launch(o: Launch): Promise<ChildProcess> {
  const guarded = await hasParentDeathSignal();
  const [file, args] = guarded
    ? ['setpriv', ['--pdeathsig', o.onParentDeath, '--', o.file, ...o.args]]
    : [o.file, o.args];
  const log = openLog(o.log);
  try {
    const child = spawn(file, args, {
      cwd: '/',
      env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', ...o.env },
      stdio: ['ignore', log, log],
      ...o.account,
    });
    await new Promise<void>((resolve, reject) => child.once('spawn', resolve).once('error', reject));
    return child;
  } finally {
    closeSync(log);
  }
}

/** Opens a log for appending, private to us, emptied when it has grown large. Returns the file descriptor. */
export function openLog(path: string): number {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  return openSync(path, size > LOG_LIMIT_BYTES ? 'w' : 'a', 0o600);
}

let parentDeathSignal: Promise<boolean> | undefined;

/** Whether util-linux's setpriv is here: the only way for Node to ask for PR_SET_PDEATHSIG. */
export function hasParentDeathSignal(): Promise<boolean> {
  parentDeathSignal ??=
    platform() === 'linux'
      ? run('setpriv', ['--pdeathsig', 'TERM', '--', 'true']).then(
          () => true,
          () => false,
        )
      : Promise.resolve(false);
  return parentDeathSignal;
}

/** Whether a process runs. A zombie does not: some containers' init reaps late. */
export async function isAlive(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (stat === undefined) return platform() !== 'linux';
  return stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3) !== 'Z';
}

/** The folder a process works in, or undefined where it is gone or hidden from us. Both servers work in their data folder. */
export async function workingFolder(pid: number): Promise<string | undefined> {
  if (platform() === 'linux') return readlink(`/proc/${pid}/cwd`).catch(() => undefined);
  const listed = await run('lsof', ['-a', '-p', String(pid), '-d', 'cwd', '-Fn']).catch(() => undefined);
  return listed?.stdout
    .split('\n')
    .find((line) => line.startsWith('n'))
    ?.slice(1);
}

/** Sends the signals one after the other until the process is gone; each gets its share of `patienceMs`. */
export async function endProcess(pid: number, signals: NodeJS.Signals[], patienceMs: number): Promise<void> {
  for (const signal of signals) {
    if (!(await isAlive(pid))) return;
    try {
      process.kill(pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ESRCH') return;
      throw error;
    }
    await until(async () => !(await isAlive(pid)), patienceMs / signals.length);
  }
}

/** Asks every 20 ms until it holds or the time is over; tells which. */
export async function until(holds: () => boolean | Promise<boolean>, timeoutMs: number): Promise<boolean> {
  const end = Date.now() + timeoutMs;
  while (!(await holds())) {
    if (Date.now() >= end) return false;
    await sleep(20);
  }
  return true;
}

/** Whether the child has ended. */
export function hasExited(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
