export { bannerOf } from './banner.js';
export { createApp } from './create-app.js';
export { HealthController } from './health.controller.js';
export { createLogger } from './logging.js';
export { rateLimit } from './rate-limit.js';
export { settleConfig } from './settle-config.js';
export { logCrashes, stop, stopOnSignals } from './shutdown.js';
export { assertRedisListens, sentenceOf } from './start-failure.js';
export { withDatabase } from './with-database.js';
