import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmod, readFile, readdir, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type * as Embedded from '../../src/embedded/index.js';
import { ROOT, importBuilt } from '../support/build.js';
import { scratchFolder, spawnNode } from '../support/processes.js';
import { waitFor } from '../support/wait-for.js';

type Services = Embedded.EmbeddedServices;
const BUILT = 'src/embedded/index.js';

let embedded: typeof Embedded;
/** Most tests start on the data another one left, which is quicker, and one more proof that it can be found again. */
let dir: string;
const folders: string[] = [];
const held: Services[] = [];
const clients: ChildProcess[] = [];

beforeAll(async () => {
  embedded = await importBuilt<typeof Embedded>(BUILT);
  dir = await scratchFolder();
});

afterAll(() => rm(dir, { recursive: true }));

afterEach(async () => {
  for (const client of clients.splice(0)) client.kill('SIGKILL');
  await Promise.all(held.splice(0).map((services) => services.release()));
  await expectNothingRuns(dir);
  for (const folder of folders.splice(0)) {
    await expectNothingRuns(folder);
    await rm(folder, { recursive: true });
  }
});

async function expectNothingRuns(folder: string): Promise<void> {
  await waitFor(async () => count(await running(folder)) === 0, { message: 'all services to have stopped' });
}

async function freshFolder(): Promise<string> {
  const folder = await scratchFolder();
  folders.push(folder);
  return folder;
}

async function acquire(dir: string, simulatorPort?: number): Promise<Services> {
  const simulator = simulatorPort === undefined ? null : { port: simulatorPort, seed: 1, speed: 10 };
  const needs = {
    dataDir: dir,
    postgres: true,
    redis: true,
    simulator,
    cacheDir: process.env.XDG_CACHE_HOME,
  };
  const services = await embedded.acquireEmbedded(needs);
  held.push(services);
  return services;
}

/** A client in a process of its own. Resolves with the database's URL once it has its services. */
async function spawnClient(dir: string): Promise<{ child: ChildProcess; databaseUrl: string }> {
  const script = `
    const { acquireEmbedded } = await import(${JSON.stringify(join(ROOT, 'dist', BUILT))});
    const needs = { dataDir: ${JSON.stringify(dir)}, postgres: true, redis: true, simulator: null };
    const { databaseUrl } = await acquireEmbedded(needs);
    console.log('<' + databaseUrl + '>');
    setInterval(() => undefined, 1000);`;
  const child = await spawnNode(['--input-type=module', '-e', script], {});
  clients.push(child);
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => (printed += String(text)));
  const databaseUrl = await waitFor(() => /<(.+)>/.exec(printed)?.[1], {
    timeoutMs: 30_000,
    message: 'a client',
  });
  return { child, databaseUrl };
}

interface Running {
  hosts: number[];
  postgres: number[];
  redis: number[];
}

/** What the process table says of a DATA_DIR. */
async function running(dir: string): Promise<Running> {
  const found: Running = { hosts: [], postgres: [], redis: [] };
  const ids = (await readdir('/proc')).map(Number).filter((id) => id > 0);
  for (const id of ids) {
    const command = await readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '');
    const folder = await readlink(`/proc/${id}/cwd`).catch(() => '');
    if (command.includes('host.main.js') && command.includes(dir)) found.hosts.push(id);
    if (command.includes('redis-server') && folder === join(dir, 'redis')) found.redis.push(id);
    if (command.includes('bin/postgres') && command.includes(join(dir, 'postgres'))) found.postgres.push(id);
  }
  return found;
}

const count = ({ hosts, postgres, redis }: Running) => hosts.length + postgres.length + redis.length;
const ONE_OF_EACH = {
  hosts: [expect.any(Number)],
  postgres: [expect.any(Number)],
  redis: [expect.any(Number)],
};

async function query<T extends pg.QueryResultRow>(url: string | undefined, sql: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<T>(sql)).rows;
  } finally {
    await client.end();
  }
}

async function redisCommand(url: string | undefined, name: string, ...args: string[]): Promise<unknown> {
  const redis = new Redis(url ?? '', { maxRetriesPerRequest: 1 });
  redis.on('error', () => undefined);
  return redis.call(name, ...args).finally(() => redis.disconnect());
}

async function leaveMark({ databaseUrl, redisUrl }: Services): Promise<string> {
  const mark = randomUUID();
  await query(databaseUrl, `DROP TABLE IF EXISTS marks`);
  await query(databaseUrl, `CREATE TABLE marks AS SELECT '${mark}' AS mark`);
  await redisCommand(redisUrl, 'SET', 'mark', mark);
  return mark;
}

/** Both have it, at once or as soon as they are back. */
async function expectMark(mark: string, { databaseUrl, redisUrl }: Services): Promise<void> {
  await waitFor(async () => {
    expect(await query(databaseUrl, 'SELECT mark FROM marks')).toEqual([{ mark }]);
    expect(await redisCommand(redisUrl, 'GET', 'mark')).toBe(mark);
    return true;
  });
}

describe('the embedded services', () => {
  it('should be one set for two clients, and end with the last', async () => {
    const [one, two] = await Promise.all([acquire(dir), acquire(dir)]);
    expect(one.databaseUrl).toBe(two.databaseUrl);
    expect(await running(dir)).toEqual(ONE_OF_EACH);
    await one.release();
    expect(await running(dir)).toEqual(ONE_OF_EACH);
    await query(two.databaseUrl, 'SELECT 1');
    await two.release();
    expect(count(await running(dir))).toBe(0);
  });

  it('should be found again, with their data and addresses, by the next start', async () => {
    const dir = await freshFolder();
    const first = await acquire(dir, 0);
    const mark = await leaveMark(first);
    await first.release();
    const second = await acquire(dir, 0);
    expect({ ...second, release: null }).toEqual({ ...first, release: null });
    await expectMark(mark, second);
  });

  it('should keep their secrets from other users', async () => {
    const { databaseUrl, redisUrl, carrier } = await acquire(dir, 0);
    for (const name of ['postgres', 'redis', 'simulator']) {
      const file = join(dir, name, 'state.json');
      expect((await stat(file)).mode & 0o777).toBe(0o600);
    }
    expect(carrier?.accountSid).toMatch(/^AC[0-9a-f]{32}$/);
    await expect(query(databaseUrl?.replace(/:\w+@/, ':wrong@'), 'SELECT 1')).rejects.toThrow('password');
    await expect(redisCommand(redisUrl?.replace(/:\w+@/, ':wrong@'), 'PING')).rejects.toThrow();
    const [role] = await query(databaseUrl, 'SELECT rolsuper FROM pg_roles WHERE rolname = current_user');
    expect(role).toEqual({ rolsuper: false });
  });

  it('should come back under a client whose host was killed', async () => {
    const services = await acquire(dir);
    const mark = await leaveMark(services);
    const { hosts } = await running(dir);
    process.kill(hosts[0]!, 'SIGKILL');
    await waitFor(async () => {
      const now = await running(dir);
      expect(now).toEqual(ONE_OF_EACH);
      return now.hosts[0] !== hosts[0];
    });
    await expectMark(mark, services);
    expect(await running(dir)).toEqual(ONE_OF_EACH);
  });

  it('should bring back a server that was killed, with its data', async () => {
    const services = await acquire(dir);
    const mark = await leaveMark(services);
    const before = await running(dir);
    for (const pid of [before.postgres[0]!, before.redis[0]!]) process.kill(pid, 'SIGKILL');
    await expectMark(mark, services);
    expect(await running(dir)).toEqual(ONE_OF_EACH);
    expect((await running(dir)).hosts).toEqual(before.hosts);
  });

  it('should end by themselves after a client that was killed', async () => {
    const { child } = await spawnClient(dir);
    expect(await running(dir)).toEqual(ONE_OF_EACH);
    child.kill('SIGKILL');
    await waitFor(async () => count(await running(dir)) === 0, { message: 'the host to end by itself' });
  });

  it('should be one set for ten processes that start at once', async () => {
    const dir = await freshFolder();
    const all = await Promise.all(Array.from({ length: 10 }, () => spawnClient(dir)));
    expect(new Set(all.map((client) => client.databaseUrl)).size).toBe(1);
    await waitFor(async () => {
      expect(await running(dir)).toEqual(ONE_OF_EACH);
      return true;
    });
    for (const { child } of all.slice(1)) child.kill('SIGKILL');
    await query(all[0]!.databaseUrl, 'SELECT 1');
  });

  it.each([0, 1, 5, 20, 60, 150])(
    'should serve a client that comes %i ms after they began to stop',
    async (delay) => {
      const first = await acquire(dir);
      const mark = await leaveMark(first);
      const begun = Date.now();
      const released = first.release();
      await sleep(delay);
      const second = await acquire(dir);
      await released;
      expect(Date.now() - begun).toBeLessThan(10_000);
      await expectMark(mark, second);
      expect(await running(dir)).toEqual(ONE_OF_EACH);
    },
  );

  it('should run in a process group of their own', async () => {
    await acquire(dir);
    const { hosts } = await running(dir);
    const group = Number((await readFile(`/proc/${hosts[0]}/stat`, 'utf8')).split(') ')[1]!.split(' ')[2]);
    expect(group).toBe(hosts[0]);
  });

  it('should say in one sentence what is wrong', async () => {
    const squatter = createServer();
    const port = await new Promise<number>((resolve) => {
      squatter.listen(0, '127.0.0.1', () => resolve((squatter.address() as { port: number }).port));
    });
    await expect(acquire(dir, port)).rejects.toThrow(`SIMULATOR_PORT ${port} is taken: choose another.`);
    squatter.close();
    await expect(acquire(join(import.meta.filename, 'below-a-file'))).rejects.toThrow('cannot be used');
  });
});

describe('the embedded Postgres', () => {
  it('should not be stopped by a pid file whose number belongs to another process', async () => {
    const dir = join(await freshFolder(), 'postgres');
    await (await embedded.startPostgres({ dir, durable: false })).stop();
    await writeFile(join(dir, 'cluster', 'postmaster.pid'), `${process.pid}\n`);
    const postgres = await embedded.startPostgres({ dir, durable: false });
    await query(postgres.url, 'SELECT 1');
    await postgres.stop();
  });

  it('should take the place of an orphan on its data', async () => {
    const dir = join(await freshFolder(), 'postgres');
    const orphan = await embedded.startPostgres({ dir, durable: false });
    const next = await embedded.startPostgres({ dir, durable: false });
    expect((await running(dirname(dir))).postgres).toEqual([next.pid]);
    expect(next.url).toBe(orphan.url);
    await next.stop();
  });

  it.runIf(process.getuid?.() === 0)(
    'should find a place when root starts it below a private folder',
    async () => {
      const folder = await freshFolder();
      await chmod(folder, 0o700);
      const dir = join(folder, 'postgres');
      const first = await embedded.startPostgres({ dir, durable: false });
      const { cluster } = JSON.parse(await readFile(join(dir, 'state.json'), 'utf8')) as { cluster: string };
      await query(first.url, 'CREATE TABLE marks ()');
      await first.stop();
      const second = await embedded.startPostgres({ dir, durable: false });
      expect(await query(second.url, 'SELECT * FROM marks')).toEqual([]);
      await second.stop();
      expect((await stat(folder)).mode & 0o777).toBe(0o700);
      await rm(dirname(cluster), { recursive: true });
    },
  );
});

describe('the embedded Redis', () => {
  it('should take the place of an orphan on its data, and never evict', async () => {
    const dir = join(await freshFolder(), 'redis');
    const options = { dir, durable: true, cacheDir: process.env.XDG_CACHE_HOME };
    const orphan = await embedded.startRedis(options);
    await redisCommand(orphan.url, 'SET', 'mark', 'kept');
    const next = await embedded.startRedis(options);
    expect((await running(dirname(dir))).redis).toEqual([next.pid]);
    expect(await redisCommand(next.url, 'GET', 'mark')).toBe('kept');
    const policy = await redisCommand(next.url, 'CONFIG', 'GET', 'maxmemory-policy');
    expect(policy).toEqual(['maxmemory-policy', 'noeviction']);
    await next.stop();
  });
});
