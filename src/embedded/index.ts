export { EmbeddedError } from './embedded.error.js';
export { startPostgres, type RunningPostgres } from './postgres/start-postgres.js';
export { startRedis, type RedisOptions } from './redis/start-redis.js';
export type { RunningService, ServiceOptions } from './running-service.js';
