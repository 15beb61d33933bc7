import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { access, chmod, chown, mkdir, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { EmbeddedError } from '../embedded.error.js';
import { endProcess, isAlive, workingFolder, type Account } from '../processes.js';
import { newSecret, readState, writeState } from '../state-file.js';
import { postgresAccount } from './account.js';
import { SHARED_ROOT } from './binaries.js';

const run = promisify(execFile);

/** What `state.json` beside the data keeps from one start to the next. */
export interface PostgresState {
  superuserPassword: string;
  ownerPassword: string;
  port?: number;
  /** The data folder, where it could not be `<dir>/cluster`, … */
  cluster?: string;
  /** … and whose it is, so that a copy of `dir` is not taken for the original. */
  dir?: string;
}

/** One Postgres data folder and all that is needed to run a server on it. */
export interface Cluster {
  folder: string;
  account: Account | undefined;
  state: PostgresState;
  statePath: string;
}

/** Finds or chooses the data folder below `dir` and the user who owns it. @throws EmbeddedError */
export async function openCluster(dir: string): Promise<Cluster> {
  const isRoot = process.getuid?.() === 0;
  await mkdir(dir, { recursive: true });
  // Root's server runs as another user, who must be able to pass through to his own folder, but to list nothing.
  await chmod(dir, isRoot ? 0o711 : 0o700);
  const home = await realpath(dir);
  const statePath = join(home, 'state.json');
  const known = await readState<PostgresState>(statePath);
  await refuseCopy(known, home);
  const state = { superuserPassword: newSecret(), ownerPassword: newSecret(), ...known };
  let folder = state.cluster ?? join(home, 'cluster');
  const account = await postgresAccount(folder);
  if (account && !(await isInitialised(folder)) && !(await canEnter(dirname(folder), account))) {
    folder = join(SHARED_ROOT, `data-${randomBytes(6).toString('hex')}`, 'cluster');
    Object.assign(state, { cluster: folder, dir: home });
  }
  await writeState(statePath, state);
  return { folder, account, state, statePath };
}

async function refuseCopy(known: Partial<PostgresState> | undefined, home: string): Promise<void> {
  if (!known?.cluster || !known.dir || known.dir === home) return;
  const original = await readState<PostgresState>(join(known.dir, 'state.json')).catch(() => undefined);
  if (original?.cluster !== known.cluster) return;
  throw new EmbeddedError(
    `${home} is a copy of ${known.dir}, and both name the Postgres data in ${known.cluster}: remove ${home} to begin with an empty database.`,
  );
}

/** Asks the kernel, as that user: mode bits alone do not know of access lists and mounts. */
function canEnter(folder: string, account: Account): Promise<boolean> {
  return run('test', ['-x', folder], { cwd: '/', ...account }).then(
    () => true,
    () => false,
  );
}

export function isInitialised(folder: string): Promise<boolean> {
  return access(join(folder, 'PG_VERSION')).then(
    () => true,
    () => false,
  );
}

/**
 * Makes an empty data folder. It is built under another name and renamed, so that one whose making was
 * interrupted is never taken for a whole one. Sorting and case rules are Postgres's own (C.UTF-8), the same on every machine.
 */
export async function initialise(cluster: Cluster, initdb: string, durable: boolean): Promise<void> {
  const { folder, account, state } = cluster;
  const draft = `${folder}.new`;
  const passwordFile = `${folder}.password`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(dirname(folder), { recursive: true, mode: 0o711 });
  await mkdir(draft, { mode: 0o700 });
  await writeFile(passwordFile, state.superuserPassword, { mode: 0o600 });
  if (account) for (const path of [draft, passwordFile]) await chown(path, account.uid, account.gid);
  try {
    const args = ['-D', draft, '-U', 'postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
    const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
    const env = { LC_ALL: 'C', TZ: 'UTC' };
    await run(initdb, [...args, ...locale, ...(durable ? [] : ['--no-sync'])], { cwd: '/', env, ...account });
  } catch (error) {
    const said = (error as { stderr?: string }).stderr?.trim().split('\n').at(-1) ?? String(error);
    throw new EmbeddedError(`Postgres could not make its data folder ${folder}: ${said}`);
  } finally {
    await rm(passwordFile, { force: true });
  }
  await rename(draft, folder);
}

/** The lines of `postmaster.pid` that we read: https://www.postgresql.org/docs/current/storage-file-layout.html */
export async function readPidFile(folder: string): Promise<{ pid: number; isReady: boolean } | undefined> {
  const text = await readFile(join(folder, 'postmaster.pid'), 'utf8').catch(() => '');
  const lines = text.split('\n');
  const pid = Number(lines[0]);
  return pid > 0 ? { pid, isReady: lines[7]?.trim() === 'ready' } : undefined;
}

/**
 * Ends a server that a killed host left on this data, and removes the pid file of one that is long gone: its number
 * may belong to another process by now, which Postgres would take for its predecessor.
 */
export async function endOrphan(folder: string): Promise<void> {
  const left = await readPidFile(folder);
  if (!left) return;
  if ((await isAlive(left.pid)) && (await workingFolder(left.pid)) === folder) {
    await endProcess(left.pid, ['SIGINT', 'SIGQUIT', 'SIGKILL'], 12_000);
  }
  await rm(join(folder, 'postmaster.pid'), { force: true });
}
