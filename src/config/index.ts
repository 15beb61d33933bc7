export { AppConfig, isSecretsKey } from './app-config.js';
export { checkpointsOf, ConfigModule } from './config.module.js';
export { ConfigError, loadConfig } from './load-config.js';
export { isSealed, SecretBox, type SealedFor } from './secret-box.js';
export { IsRateTable } from './rate-table.js';
