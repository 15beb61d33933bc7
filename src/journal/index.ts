export { Audit } from './audit/audit.service.js';
export { changed, type Change } from './audit/change.js';
export { noteBody } from './idempotency/fingerprint.js';
export { Idempotent } from './idempotency/idempotent.decorator.js';
export { JournalModule } from './journal.module.js';
export { JournalSurfaceModule } from './journal-surface.module.js';
export { EVENT_PATTERNS, EVENT_TYPES, type EventType } from './outbox/event-types.js';
export { EventRecords, type EventSubject } from './outbox/event-records.repository.js';
export { Outbox } from './outbox/outbox.js';
export { OutboxModule } from './outbox/outbox.module.js';
export { QUEUED_FOR, recordEvents } from './outbox/record-events.js';
export { rowOf, type Snapshot } from './outbox/snapshot.js';
export {
  DELIVERY_STATUSES,
  type DeliveryStatus,
  type DeliveryTry,
} from './outbox/webhook-delivery.entity.js';
export { WebhookSubscription, type DisabledReason } from './outbox/webhook-subscription.entity.js';
