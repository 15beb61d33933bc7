import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { AppConfig } from '../config/index.js';
import { acquireEmbedded } from '../embedded/index.js';
import { keyInDataDir } from './secrets-key.js';

/** Twilio's own default for an account. Calls per second. */
const TWILIO_CPS = 1;

/** The process's services: which are its own, and how to give those back. */
export interface Settled {
  /** The settings with every address filled in. */
  config: AppConfig;
  /** The base of the simulated carrier, where it is in use. */
  simulatorUrl?: string;
  release: () => Promise<void>;
}

/**
 * Fills in what the environment left open: embedded Postgres and Redis, the simulated carrier, a free port, a key.
 * @throws EmbeddedError where a service cannot be started, ConfigError where a key cannot be kept
 */
export async function settleConfig(config: AppConfig): Promise<Settled> {
  const { simulatorUrl, release } = await fillServices(config);
  if (config.PORT === 0 && config.ROLE !== 'worker') config.PORT = await freePort(config.HOST);
  if (config.SECRETS_KEY.length === 0 && config.JWT_SECRET === undefined) {
    config.SECRETS_KEY = [await keyInDataDir(config.DATA_DIR)];
  }
  if (simulatorUrl === undefined) config.CARRIER_CPS ??= TWILIO_CPS;
  return { config, simulatorUrl, release };
}

async function fillServices(config: AppConfig): Promise<Omit<Settled, 'config'>> {
  const isSimulated = config.TWILIO_ACCOUNT_SID === undefined;
  if (config.DATABASE_URL !== undefined && config.REDIS_URL !== undefined && !isSimulated) {
    return { release: () => Promise.resolve() };
  }
  const services = await acquireEmbedded({
    dataDir: config.DATA_DIR,
    cacheDir: config.XDG_CACHE_HOME,
    postgres: config.DATABASE_URL === undefined,
    redis: config.REDIS_URL === undefined,
    simulator: isSimulated
      ? { port: config.SIMULATOR_PORT, seed: config.SIMULATOR_SEED, speed: config.SIMULATOR_SPEED }
      : null,
  });
  const { databaseUrl, redisUrl, carrier } = services;
  config.DATABASE_URL ??= databaseUrl;
  config.REDIS_URL ??= redisUrl;
  if (carrier) {
    config.TWILIO_ACCOUNT_SID = carrier.accountSid;
    config.TWILIO_AUTH_TOKEN = carrier.authToken;
    config.TWILIO_PHONE_NUMBERS = carrier.phoneNumbers;
    config.TWILIO_API_URL = carrier.apiUrl;
  }
  return { simulatorUrl: carrier?.apiUrl, release: () => services.release() };
}

/** Callback URLs name the port, so it must be known before anything is dialled. */
async function freePort(host: string): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
