import type { AppConfig } from '../config/index.js';
import { acquireEmbedded } from '../embedded/index.js';

/** Does something with DATABASE_URL's database, else with the embedded Postgres, which stops again after the last user. */
export async function withDatabase<T>(config: AppConfig, work: (url: string) => Promise<T>): Promise<T> {
  if (config.DATABASE_URL !== undefined) return work(config.DATABASE_URL);
  const services = await acquireEmbedded({
    dataDir: config.DATA_DIR,
    cacheDir: config.XDG_CACHE_HOME,
    postgres: true,
    redis: false,
    simulator: null,
  });
  try {
    return await work(services.databaseUrl ?? '');
  } finally {
    await services.release();
  }
}
