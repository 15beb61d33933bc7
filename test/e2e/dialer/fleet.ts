import { startSimulator, type Simulator } from '../../../src/simulator/index.js';
import { SECRETS_KEY } from '../../support/app.js';
import { createTestDatabase } from '../../support/database.js';
import { spawnApp, type AppProcess } from '../../support/processes.js';
import { createTestRedis } from '../../support/redis.js';
import { DialerWorld } from './world.js';

const ACCOUNT = { accountSid: `AC${'6'.repeat(32)}`, authToken: 'a-token-of-the-fleet' };

export interface Fleet {
  world: DialerWorld;
  api: AppProcess;
  workers: AppProcess[];
  simulator: Simulator;
  databaseUrl: string;
  /** One more, on the same services. */
  addWorker(): Promise<void>;
  close(): Promise<void>;
}

/** One API process and some workers, compiled, on one database, one Redis and one simulated carrier. */
export async function startFleet(o: {
  workers: number;
  env?: Record<string, string>;
  /** Services of the test's own, instead of the run's. */
  redisUrl?: string;
  databaseUrl?: string;
}): Promise<Fleet> {
  const database = o.databaseUrl === undefined ? await createTestDatabase() : null;
  const redis = o.redisUrl === undefined ? await createTestRedis() : null;
  const simulator = await startSimulator({
    ...ACCOUNT,
    ringMs: [0, 0],
    talkMs: [200, 200],
    odds: { answered: 1 },
  });
  const env = {
    DATABASE_URL: o.databaseUrl ?? database?.url ?? '',
    REDIS_URL: o.redisUrl ?? redis?.url ?? '',
    TWILIO_ACCOUNT_SID: ACCOUNT.accountSid,
    TWILIO_AUTH_TOKEN: ACCOUNT.authToken,
    TWILIO_PHONE_NUMBERS: '+12025550100',
    TWILIO_API_URL: simulator.url,
    CARRIER_CPS: '1000',
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
    world: new DialerWorld(api.url, simulator.url),
    api,
    workers,
    databaseUrl: env.DATABASE_URL,
    addWorker: async () => {
      workers.push(await addWorker());
    },
    simulator,
    close: async () => {
      await Promise.all([...workers, api].map((process) => process.kill()));
      await simulator.close();
      await redis?.close();
      await database?.drop();
    },
  };
}
