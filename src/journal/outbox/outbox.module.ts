import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EventRecords } from './event-records.repository.js';
import { OutboxEvent } from './outbox-event.entity.js';
import { Outbox } from './outbox.js';
import { WebhookDelivery } from './webhook-delivery.entity.js';
import { WebhookSubscription } from './webhook-subscription.entity.js';

/** Events of all rooms, written down where they happen. */
@Module({
  imports: [TypeOrmModule.forFeature([OutboxEvent, WebhookDelivery, WebhookSubscription])],
  providers: [EventRecords, Outbox],
  exports: [EventRecords, Outbox],
})
export class OutboxModule {}
