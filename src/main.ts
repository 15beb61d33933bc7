import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';
import {
  assertRedisListens,
  bannerOf,
  createApp,
  createLogger,
  logCrashes,
  sentenceOf,
  settleConfig,
  stopOnSignals,
} from './app/index.js';
import { SetupService } from './auth/index.js';
import { checkpointsOf, loadConfig, type AppConfig } from './config/index.js';
import { migrateDatabase } from './database/index.js';

let config: AppConfig | undefined;
let release = (): Promise<void> => Promise.resolve();

/** The process: services, schema, application, in this order; then it says where things are. */
async function main(): Promise<void> {
  config = loadConfig();
  const logger = createLogger(config);
  const settled = await settleConfig(config);
  release = settled.release;
  await assertRedisListens(config);
  await migrateDatabase(config.DATABASE_URL ?? '');
  checkpointsOf(config).at('startup.migrated');
  logCrashes();
  const module = AppModule.forRoot(config);
  if (config.ROLE === 'worker') {
    const context = await NestFactory.createApplicationContext(module, { logger, abortOnError: false });
    stopOnSignals({ context, release });
    console.log('worker ready');
    return;
  }
  const app = await createApp(module, config, logger);
  stopOnSignals({ context: app, server: app.getHttpServer(), release });
  await app.listen(config.PORT, config.HOST);
  const setupToken = config.AUTH_MODE === 'open' ? undefined : await app.get(SetupService).issueToken();
  console.log(bannerOf(config, settled.simulatorUrl, setupToken));
}

main().catch(async (error: unknown) => {
  const sentence = sentenceOf(error, config);
  console.error(sentence ?? error);
  await release().catch(() => undefined);
  process.exit(1);
});
