import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { EmbeddedError } from '../embedded.error.js';
import { debianRedis, type RedisBinary } from './debian-redis.js';

const run = promisify(execFile);

/**
 * The first redis-server to be had: on PATH, else unpacked from Debian's packages (cached).
 * @throws EmbeddedError that says how to get one
 */
export async function findRedis(cacheDir: string | undefined, fallback: string): Promise<RedisBinary> {
  const onPath = await run('sh', ['-c', 'command -v redis-server']).then(
    ({ stdout }) => stdout.trim(),
    () => '',
  );
  if (onPath) return { file: onPath, env: {} };
  let reason = '';
  try {
    const unpacked = await debianRedis(cacheDir, fallback);
    if (unpacked) return unpacked;
  } catch (error) {
    const said = (error as { stderr?: string }).stderr?.trim().split('\n')[0];
    reason = ` (Debian's packages could not be had: ${said || String(error)})`;
  }
  throw new EmbeddedError(
    `There is no redis-server on this machine${reason}: set REDIS_URL, or run "docker compose up redis", "brew install redis" or "apt-get install redis-server".`,
  );
}
