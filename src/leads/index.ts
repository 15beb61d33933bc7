export { ImportWorkerModule } from './imports/import-worker.module.js';
export { LeadColumns } from './lead-columns.js';
export { BLOCKED_REASONS, type BlockedReason, type Lead } from './lead.entity.js';
export { LeadHooks, type ErasedPerson, type ErasureHook, type LeadsListener } from './lead.hooks.js';
export { type LeadStatus } from './lead.states.js';
export { checkEntry, makeLead } from './new-lead.js';
export { LeadsModule } from './leads.module.js';
export type { LeadCall } from './leads.repository.js';
export { LeadsService } from './leads.service.js';
