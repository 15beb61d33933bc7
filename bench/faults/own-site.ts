import { randomBytes } from 'node:crypto';
import { chmod, cp, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { startPostgres, startRedis } from '../../src/embedded/index.js';
import type { Cleanup } from '../support/cleanup.js';
import { ROOT } from '../support/root.js';
import { until } from '../support/wait.js';
import { endNode, startNode } from '../support/processes.js';
import type { OwnedSite } from './site.js';

const SIMULATOR = join(import.meta.dirname, 'simulator.main.js');
const READY_TIMEOUT_MS = 20_000;

type RestartOptions = Parameters<OwnedSite['outages']['redis']>[0];

interface Service {
  url: string;
  pid: number;
  stop(): Promise<void>;
  exited: Promise<void>;
}

/** Starts a Postgres, a Redis and a simulated carrier for one run, in a folder that is gone afterwards. */
export async function openSite(seed: number, cleanup: Cleanup, signal: AbortSignal): Promise<OwnedSite> {
  const dir = await mkdtemp(join(tmpdir(), 'campaign-faults-'));
  cleanup.add('the folder', () => rm(dir, { recursive: true, force: true, maxRetries: 5 }));
  // Run by root, Postgres is another user, who must pass through here.
  await chmod(dir, 0o711);
  const main = await snapshot(dir);
  const postgres = await Restartable.start('Postgres', cleanup, () =>
    startPostgres({ dir: join(dir, 'postgres'), durable: true }),
  );
  const redis = await Restartable.start('Redis', cleanup, () =>
    startRedis({ dir: join(dir, 'redis'), durable: true, cacheDir: process.env.XDG_CACHE_HOME }),
  );
  const carrier = await startCarrier(dir, seed, cleanup, signal);
  const outages = {
    postgres: (options: RestartOptions) => postgres.restart(options),
    redis: (options: RestartOptions) => redis.restart(options),
    flush: () => flushAll(redis.url),
  };
  return { main, dir, databaseUrl: postgres.url, redisUrl: redis.url, carrier, outages };
}

/** A copy of the compiled product: a build while the run goes on must not change what is restarted. */
async function snapshot(dir: string): Promise<string> {
  const app = join(dir, 'app');
  for (const part of ['src', 'migrations']) {
    await cp(join(ROOT, 'dist', part), join(app, part), { recursive: true });
  }
  await cp(join(ROOT, 'package.json'), join(app, 'package.json'));
  await symlink(join(ROOT, 'node_modules'), join(app, 'node_modules'));
  return join(app, 'src', 'main.js');
}

/** A service that comes back at the address it had. */
class Restartable {
  private constructor(
    private readonly name: string,
    private readonly begin: () => Promise<Service>,
    private current: Service,
  ) {}

  static async start(name: string, cleanup: Cleanup, begin: () => Promise<Service>): Promise<Restartable> {
    const service = new Restartable(name, begin, await begin());
    cleanup.add(name, () => service.current.stop());
    return service;
  }

  get url(): string {
    return this.current.url;
  }

  async restart({ kill, awayMs }: RestartOptions): Promise<void> {
    const { url, pid, exited } = this.current;
    if (kill) {
      process.kill(pid, 'SIGKILL');
      await exited;
    } else {
      await this.current.stop();
    }
    await sleep(awayMs);
    this.current = await this.begin();
    if (this.current.url !== url) throw new Error(`${this.name} came back at another address`);
  }
}

async function startCarrier(
  dir: string,
  seed: number,
  cleanup: Cleanup,
  signal: AbortSignal,
): Promise<OwnedSite['carrier']> {
  const account = {
    accountSid: `AC${randomBytes(16).toString('hex')}`,
    authToken: randomBytes(16).toString('hex'),
  };
  const log = join(dir, 'simulator.log');
  const child = await startNode([SIMULATOR, account.accountSid, account.authToken, String(seed)], {}, log);
  cleanup.add('the simulator', () => endNode(child, 'SIGTERM'));
  const url = await until(async () => /^http:\S+/m.exec(await readFile(log, 'utf8'))?.[0], {
    what: 'the simulator',
    timeoutMs: READY_TIMEOUT_MS,
    everyMs: 20,
    signal,
  });
  return { url, ...account };
}

/** Empties Redis, as a lost one would be. */
async function flushAll(redisUrl: string): Promise<void> {
  const redis = new Redis(redisUrl, { lazyConnect: true, maxRetriesPerRequest: 3 });
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    await redis.flushall();
  } finally {
    redis.disconnect();
  }
}
