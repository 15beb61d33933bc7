import { randomBytes, randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError, isSecretsKey } from '../config/index.js';

const NAME = 'secrets.key';
const KEY_BYTES = 32;
const ONLY_OURS = 0o600;

/**
 * The key that secrets are kept with where the environment names none (open mode): made at the first start, and read
 * by every process that has the same DATA_DIR.
 * @throws ConfigError where it can be neither made nor read
 */
export async function keyInDataDir(dataDir: string): Promise<string> {
  const path = join(dataDir, NAME);
  try {
    const key = (await readKey(path)) ?? (await makeKey(dataDir, path));
    if (isSecretsKey(key)) return key;
  } catch (error) {
    throw new ConfigError(
      `Cannot keep a key in ${path} (${codeOf(error)}): set SECRETS_KEY, or another DATA_DIR.`,
    );
  }
  throw new ConfigError(
    `${path} holds no key of ${KEY_BYTES} bytes in base64: put it back, or set SECRETS_KEY.`,
  );
}

async function readKey(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Under another name first: whoever finds the file finds a whole key. Of two that make one at once the first has made it. */
async function makeKey(dataDir: string, path: string): Promise<string | undefined> {
  const draft = `${path}.${randomUUID()}`;
  await mkdir(dataDir, { recursive: true });
  await writeFile(draft, `${randomBytes(KEY_BYTES).toString('base64')}\n`, { mode: ONLY_OURS, flag: 'wx' });
  try {
    await link(draft, path).catch((error: unknown) => {
      if (codeOf(error) !== 'EEXIST') throw error;
    });
  } finally {
    await rm(draft, { force: true });
  }
  return readKey(path);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
