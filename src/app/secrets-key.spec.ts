import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigError } from '../config/index.js';
import { keyInDataDir } from './secrets-key.js';

describe('the key in DATA_DIR', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'campaign-key-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('should be made once, by whichever of many processes is first, for nobody else to read', async () => {
    const dataDir = join(folder, 'of', 'its', 'own');
    const keys = await Promise.all(Array.from({ length: 20 }, () => keyInDataDir(dataDir)));
    expect(new Set(keys).size).toBe(1);
    expect(Buffer.from(keys[0]!, 'base64')).toHaveLength(32);
    expect(await keyInDataDir(dataDir)).toBe(keys[0]);
    expect(await readdir(dataDir)).toEqual(['secrets.key']);
    expect((await stat(join(dataDir, 'secrets.key'))).mode & 0o777).toBe(0o600);
  });

  it('should never be replaced by another, whatever is there', async () => {
    const path = join(folder, 'secrets.key');
    await writeFile(path, 'garbage');
    await expect(keyInDataDir(folder)).rejects.toThrow(ConfigError);
    await expect(keyInDataDir(folder)).rejects.toThrow('SECRETS_KEY');
    expect(await readFile(path, 'utf8')).toBe('garbage');
  });

  it('should be missed in one sentence where DATA_DIR is no folder', async () => {
    const path = join(folder, 'a-file');
    await writeFile(path, '');
    await chmod(path, 0o600);
    await expect(keyInDataDir(path)).rejects.toThrow(
      /^Cannot keep a key in [^\n]+ \(ENOTDIR\): set SECRETS_KEY/,
    );
  });
});
