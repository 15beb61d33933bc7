export { acquireEmbedded, type EmbeddedNeeds, type EmbeddedServices } from './client.js';
export { EmbeddedError } from './embedded.error.js';
export { startPostgres } from './postgres/start-postgres.js';
export { startRedis } from './redis/start-redis.js';
