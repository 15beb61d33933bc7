import { randomBytes } from 'node:crypto';
import { open, readFile, rename } from 'node:fs/promises';

/** Reads a small JSON file; undefined where there is none, or only a broken one. */
export async function readState<T>(path: string): Promise<Partial<T> | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Partial<T>;
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    if (isMissing || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Writes it for our eyes only, whole or not at all, even if the machine stops in between. */
export async function writeState(path: string, state: object): Promise<void> {
  const draft = `${path}.${randomBytes(4).toString('hex')}`;
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(JSON.stringify(state, null, 2));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
}

/** A password of 192 random bits, safe in URLs and configuration files. */
export function newSecret(): string {
  return randomBytes(24).toString('hex');
}
