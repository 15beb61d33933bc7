export { AppConfig } from './app-config.js';
export { checkpointsOf, ConfigModule } from './config.module.js';
export { ConfigError, loadConfig } from './load-config.js';
export { IsRateTable } from './rate-table.js';
