export { Audit } from './audit/audit.service.js';
export { changed, type Change } from './audit/change.js';
export { noteBody } from './idempotency/fingerprint.js';
export { Idempotent } from './idempotency/idempotent.decorator.js';
export { JournalModule } from './journal.module.js';
export { JournalSurfaceModule } from './journal-surface.module.js';
