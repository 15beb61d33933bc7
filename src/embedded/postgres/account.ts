import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { EmbeddedError } from '../embedded.error.js';
import type { Account } from '../processes.js';

const run = promisify(execFile);
const NAME = 'postgres';

/**
 * Who the server runs as. An ordinary user: himself (undefined). Root, whom Postgres refuses: the owner of the
 * existing data, else the system user `postgres`, which is made where it is missing.
 * @throws EmbeddedError where root has no such user and cannot make one
 */
export async function postgresAccount(cluster: string): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const data = await stat(cluster).catch(() => undefined);
  if (data && data.uid !== 0) return { uid: data.uid, gid: data.gid };
  return (await lookUp()) ?? (await create());
}

async function lookUp(): Promise<Account | undefined> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', NAME]), run('id', ['-g', NAME])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return undefined;
  }
}

async function create(): Promise<Account> {
  const wish = ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', NAME];
  // A second process may have made it at the same instant, so what counts is whether it is there afterwards.
  const failure: unknown = await run('useradd', wish).then(
    () => undefined,
    (error: unknown) => error,
  );
  const account = await lookUp();
  if (account) return account;
  throw new EmbeddedError(
    `Postgres refuses to run as root and the user "${NAME}" could not be made (${String(failure).split('\n')[0]}): start as an ordinary user, or set DATABASE_URL.`,
  );
}
