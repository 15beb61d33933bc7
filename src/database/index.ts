export { anyRow } from './any-row.js';
export { DEFAULT_WORKSPACE_ID } from './constants.js';
export { createMigrationDataSource, migrateDatabase, revertDatabase } from './data-source.js';
export { Database, type SqlResult, type Tx } from './database.js';
export { DatabaseModule } from './database.module.js';
export type { Line, Pipeline } from './pipeline.js';
export { rowsIn } from './rows-in.js';
export { Leases } from './lease.repository.js';
export { andOwn, newRowsWorkspace, ofWorkspace, searchedLeads } from './workspace.js';
