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
