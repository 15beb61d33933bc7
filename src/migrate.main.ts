import 'reflect-metadata';
import { sentenceOf } from './app/index.js';
import { loadConfig, type AppConfig } from './config/index.js';
import { migrateDatabase, revertDatabase } from './database/index.js';
import { acquireEmbedded } from './embedded/index.js';

let config: AppConfig | undefined;

/** `node dist/src/migrate.main.js [up|down]`: DATABASE_URL's schema, else the embedded Postgres's. */
async function main(direction = 'up'): Promise<void> {
  if (direction !== 'up' && direction !== 'down') throw new Error(`Say up or down, not "${direction}".`);
  config = loadConfig();
  const work = direction === 'up' ? migrateDatabase : revertDatabase;
  if (config.DATABASE_URL !== undefined) {
    await work(config.DATABASE_URL);
    return;
  }
  const services = await acquireEmbedded({
    dataDir: config.DATA_DIR,
    cacheDir: config.XDG_CACHE_HOME,
    postgres: true,
    redis: false,
    simulator: null,
  });
  try {
    await work(services.databaseUrl ?? '');
  } finally {
    await services.release();
  }
}

main(process.argv[2]).then(
  () => console.log('The schema is as asked.'),
  (error: unknown) => {
    console.error(sentenceOf(error, config) ?? error);
    process.exitCode = 1;
  },
);
