import { rm } from 'node:fs/promises';
import type * as EmbeddedIndex from '../../../src/embedded/index.js';
import { startSimulator, type SimulatorOptions } from '../../../src/simulator/index.js';
import { SECRETS_KEY } from '../../support/app.js';
import { importBuilt } from '../../support/build.js';
import { createTestDatabase } from '../../support/database.js';
import { scratchFolder, spawnApp, type AppProcess } from '../../support/processes.js';
import { createTestRedis } from '../../support/redis.js';
import { DialerWorld } from './world.js';

const ACCOUNT = { accountSid: `AC${'6'.repeat(32)}`, authToken: 'a-token-of-the-fleet' };
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
  const carrier = await (o.isPaced === false ? unpacedCarrier() : pacedCarrier());
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

/** In this process, of an account that the fleet takes for Twilio's. */
async function pacedCarrier(): Promise<FleetCarrier> {
  const simulator = await startSimulator({ ...ACCOUNT, ...BEHAVIOUR });
  const env = {
    TWILIO_ACCOUNT_SID: ACCOUNT.accountSid,
    TWILIO_AUTH_TOKEN: ACCOUNT.authToken,
    TWILIO_PHONE_NUMBERS: '+12025550100',
    TWILIO_API_URL: simulator.url,
    CARRIER_CPS: '1000',
  };
  return { url: simulator.url, env, close: () => simulator.close() };
}

/** The one that the fleet's processes have of their own, in a process beside them. */
async function unpacedCarrier(): Promise<FleetCarrier> {
  const { acquireEmbedded } = await importBuilt<typeof EmbeddedIndex>('src/embedded/index.js');
  const dataDir = await scratchFolder();
  const { carrier, release } = await acquireEmbedded({
    dataDir,
    postgres: false,
    redis: false,
    simulator: { port: 0, seed: 1, speed: 1 },
  });
  if (!carrier) throw new Error('The embedded services are incomplete');
  const url = carrier.apiUrl;
  await fetch(`${url}/control`, { method: 'PUT', body: JSON.stringify(BEHAVIOUR) });
  const close = async (): Promise<void> => {
    await release();
    await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
  };
  return { url, env: { DATA_DIR: dataDir }, close };
}
