import 'reflect-metadata';
import { sentenceOf, withDatabase } from './app/index.js';
import { loadConfig, type AppConfig } from './config/index.js';
import { migrateDatabase, revertDatabase } from './database/index.js';

let config: AppConfig | undefined;

/** `node dist/src/migrate.main.js [up|down]`: DATABASE_URL's schema, else the embedded Postgres's. */
async function main(direction = 'up'): Promise<void> {
  if (direction !== 'up' && direction !== 'down') throw new Error(`Say up or down, not "${direction}".`);
  config = loadConfig();
  const work = direction === 'up' ? migrateDatabase : revertDatabase;
  await withDatabase(config, work);
}

main(process.argv[2]).then(
  () => console.log('The schema is as asked.'),
  (error: unknown) => {
    console.error(sentenceOf(error, config) ?? error);
    process.exitCode = 1;
  },
);
