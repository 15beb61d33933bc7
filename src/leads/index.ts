export { ImportWorkerModule } from './imports/import-worker.module.js';
export type { BlockedReason, Lead } from './lead.entity.js';
export { LeadHooks, type LeadsListener } from './lead.hooks.js';
export { type LeadStatus } from './lead.states.js';
export { LeadsModule } from './leads.module.js';
