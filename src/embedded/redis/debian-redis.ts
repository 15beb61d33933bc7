import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A redis-server that runs here, and the environment it needs. */
export interface RedisBinary {
  file: string;
  env: Record<string, string>;
}

/** redis-server and the libraries of it that a bare Debian lacks. */
const PACKAGES = ['redis-server', 'redis-tools', 'liblzf1', 'libjemalloc2', 'libatomic1'];
const TIMEOUT_MS = 120_000;

/**
 * A redis-server unpacked from Debian's own packages into a cache folder, without installing anything. Undefined
 * where this is no Debian, or its packages cannot be had.
 * @param fallback a folder of ours, used when the user's cache folder cannot be written
 */
export async function debianRedis(
  cacheDir: string | undefined,
  fallback: string,
): Promise<RedisBinary | undefined> {
  const release = await debianRelease();
  if (!release) return undefined;
  const cache = await firstWritable([cacheDir ?? join(homedir(), '.cache'), fallback]);
  const root = join(cache, `redis-${release}`);
  const found = await within(root);
  if (found) return found;
  await unpackInto(root, cache);
  return within(root);
}

/** e.g. `debian-bookworm-x64`; undefined where the tools are not Debian's. */
async function debianRelease(): Promise<string | undefined> {
  const tools = ['/usr/bin/apt-get', '/usr/bin/dpkg-deb'].map((tool) => access(tool));
  const text = await Promise.all(tools).then(
    () => readFile('/etc/os-release', 'utf8'),
    () => '',
  );
  const [id, codename] = ['ID', 'VERSION_CODENAME'].map(
    (name) => text.match(`(?:^|\\n)${name}="?([\\w.-]+)`)?.[1],
  );
  return id && codename ? `${id}-${codename}-${process.arch}` : undefined;
}

async function firstWritable(parents: string[]): Promise<string> {
  for (const parent of parents) {
    const folder = join(parent, 'campaign-calling');
    try {
      await mkdir(folder, { recursive: true });
      const trial = await mkdtemp(join(folder, 'trial-'));
      await rm(trial, { recursive: true });
      return folder;
    } catch {
      continue;
    }
  }
  throw new Error(`None of these folders can be written: ${parents.join(', ')}`);
}

/** The server below `root`, if it is there and runs. */
async function within(root: string): Promise<RedisBinary | undefined> {
  const libraries = (await readdir(join(root, 'usr', 'lib'), { withFileTypes: true }).catch(() => []))
    .filter((entry) => entry.isDirectory() && entry.name.includes('-linux-'))
    .map((entry) => join(root, 'usr', 'lib', entry.name));
  const binary = {
    file: join(root, 'usr', 'bin', 'redis-server'),
    env: { LD_LIBRARY_PATH: libraries.join(':') },
  };
  return run(binary.file, ['--version'], { env: binary.env }).then(
    () => binary,
    () => undefined,
  );
}

/** Unpacks beside and renames: of two that do it at once the later finds the place taken, and uses it. */
async function unpackInto(root: string, cache: string): Promise<void> {
  const work = await mkdtemp(join(cache, 'unpack-'));
  try {
    const packages = await download(work);
    const fresh = join(work, 'root');
    for (const file of packages) await run('dpkg-deb', ['-x', file, fresh], { timeout: TIMEOUT_MS });
    // What stands there and does not run (an older machine's, or a torn one) makes way first.
    if (!(await within(root))) await rename(root, join(work, 'broken')).catch(() => undefined);
    await rename(fresh, root).catch(() => undefined);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/**
 * Downloads the packages with the machine's own lists, or else with fresh lists of our own: so it needs no root,
 * changes nothing on the machine, and never waits for another apt's lock.
 */
async function download(work: string): Promise<string[]> {
  const debs = join(work, 'debs');
  const lists = join(work, 'lists');
  for (const path of [debs, join(lists, 'partial'), join(work, 'archives', 'partial')]) {
    await mkdir(path, { recursive: true });
  }
  const common = ['-qq', '-o', 'APT::Sandbox::User=root', '-o', `Dir::Cache=${work}`];
  const own = [...common, '-o', `Dir::State::Lists=${lists}`];
  const options = { cwd: debs, timeout: TIMEOUT_MS };
  try {
    await run('apt-get', [...common, 'download', ...PACKAGES], options);
  } catch {
    await run('apt-get', [...own, 'update'], options);
    await run('apt-get', [...own, 'download', ...PACKAGES], options);
  }
  return (await readdir(debs)).filter((name) => name.endsWith('.deb')).map((name) => join(debs, name));
}
