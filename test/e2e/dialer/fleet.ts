import { rm } from 'node:fs/promises';
import type * as EmbeddedIndex from '../../../src/embedded/index.js';
import type { SimulatorOptions } from '../../../src/simulator/index.js';
import { SECRETS_KEY } from '../../support/app.js';
import { importBuilt } from '../../support/build.js';
import { createTestDatabase } from '../../support/database.js';
import { scratchFolder, spawnApp, type AppProcess } from '../../support/processes.js';
import { createTestRedis } from '../../support/redis.js';
import { DialerWorld } from './world.js';

const BEHAVIOUR: Partial<SimulatorOptions> = { ringMs: [0, 0], talkMs: [200, 200], odds: { answered: 1 } };

interface FleetCarrier {
  url: string;
  /** By which the fleet's processes find it. */
  env: Record<string, string>;
  close(): Promise<void>;
}

export interface Fleet {
  world: DialerWorld;
  api: AppProcess;
  workers: AppProcess[];
  simulator: { url: string };
  databaseUrl: string;
  /** One more, on the same services. */
  addWorker(): Promise<void>;
  close(): Promise<void>;
}

/** One API process and some workers, compiled, on one database, one Redis and one simulated carrier. */
export async function startFleet(o: {
  workers: number;
  env?: Record<string, string>;
  /**
   * Default true: as with Twilio, where every call waits for a turn of the account, and some 500 ms more. False: as
   * with the simulator of `npm start`, where none does.
   */
  isPaced?: boolean;
  /** Services of the test's own, instead of the run's. */
  redisUrl?: string;
  databaseUrl?: string;
}): Promise<Fleet> {
  const database = o.databaseUrl === undefined ? await createTestDatabase() : null;
  const redis = o.redisUrl === undefined ? await createTestRedis() : null;
  const carrier = await startCarrier(o.isPaced ?? true);
  const env = {
    DATABASE_URL: o.databaseUrl ?? database?.url ?? '',
    REDIS_URL: o.redisUrl ?? redis?.url ?? '',
    ...carrier.env,
    RATE_LIMIT_PER_MINUTE: '0',
    LOG_LEVEL: 'warn',
    SECRETS_KEY,
    ...o.env,
  };
  const api = await spawnApp({ role: 'api', env });
  const addWorker = (): Promise<AppProcess> =>
    spawnApp({ role: 'worker', env: { ...env, PUBLIC_URL: api.url } });
  const workers = await Promise.all(Array.from({ length: o.workers }, addWorker));
  return {
    world: new DialerWorld(api.url, carrier.url),
    api,
    workers,
    databaseUrl: env.DATABASE_URL,
    addWorker: async () => {
      workers.push(await addWorker());
    },
    simulator: { url: carrier.url },
    close: async () => {
      await Promise.all([...workers, api].map((process) => process.kill()));
      await carrier.close();
      await redis?.close();
      await database?.drop();
    },
  };
}

/** The embedded one, in a process beside this one: what stalls a busy test must not stall its clock. */
async function startCarrier(isPaced: boolean): Promise<FleetCarrier> {
  const { acquireEmbedded } = await importBuilt<typeof EmbeddedIndex>('src/embedded/index.js');
  const dataDir = await scratchFolder();
  const { carrier, release } = await acquireEmbedded({
    dataDir,
    postgres: false,
    redis: false,
    simulator: { port: 0, seed: 1, speed: 1 },
  });
  if (!carrier) throw new Error('The embedded services are incomplete');
  const { apiUrl: url, accountSid, authToken } = carrier;
  await fetch(`${url}/control`, { method: 'PUT', body: JSON.stringify(BEHAVIOUR) });
  const asTwilio = {
    TWILIO_ACCOUNT_SID: accountSid,
    TWILIO_AUTH_TOKEN: authToken,
    TWILIO_PHONE_NUMBERS: '+12025550100',
    TWILIO_API_URL: url,
    CARRIER_CPS: '1000',
  };
  const close = async (): Promise<void> => {
    await release();
    await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
  };
  return { url, env: isPaced ? asTwilio : { DATA_DIR: dataDir }, close };
}
