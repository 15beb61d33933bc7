import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { createConnection, createServer, type Server } from 'node:net';
import { platform, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/** Gives a taken name back. */
export type ReleaseMutex = () => Promise<void>;

/**
 * Takes a name that only one process on this machine can hold, and that the kernel takes back when it dies, even by
 * kill -9: no lock file to go stale. On Linux an abstract socket, elsewhere a socket file.
 * @returns how to give it back, or undefined where another process holds it
 */
export async function takeMutex(name: string): Promise<ReleaseMutex | undefined> {
  const path = mutexPath(name);
  const server = (await listen(path)) ?? ((await isStaleFile(path)) ? await listen(path) : undefined);
  if (!server) return undefined;
  return () => new Promise((resolve) => server.close(() => resolve()));
}

function mutexPath(name: string): string {
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 24);
  const file = `campaign-calling-${userInfo().uid}-${hash}`;
  return platform() === 'linux' ? `\0${file}` : join(tmpdir(), `${file}.lock`);
}

function listen(path: string): Promise<Server | undefined> {
  const server = createServer((socket) => socket.destroy());
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error),
    );
    server.listen(path, () => resolve(server));
  });
}

/** A socket file nobody listens on was left by a killed process. */
async function isStaleFile(path: string): Promise<boolean> {
  if (path.startsWith('\0')) return false;
  const refused = await new Promise<boolean>((resolve) => {
    const socket = createConnection(path);
    socket.once('connect', () => resolve(false)).once('error', () => resolve(true));
    socket.once('close', () => socket.destroy());
  });
  if (refused) await rm(path, { force: true });
  return refused;
}
