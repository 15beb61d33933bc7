import { BullModule } from '@nestjs/bull';
import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { LeadsModule } from '../leads/index.js';
import { OutboxErasure } from './outbox-erasure.js';
import { CampaignsModule } from '../campaigns/index.js';
import type { AppConfig } from '../config/index.js';
import { JournalModule, OutboxModule, WebhookSubscription } from '../journal/index.js';
import { DeliveriesRepository } from './delivery/deliveries.repository.js';
import { DeliveryAttempts } from './delivery/delivery-attempts.js';
import { DeliveryRunner } from './delivery/delivery-runner.js';
import { OutboxSweepRepository } from './delivery/outbox-sweep.repository.js';
import { OutboxSweep } from './delivery/outbox-sweep.js';
import { SecretsRenewal } from './delivery/secrets-renewal.js';
import { WebhookSecrets } from './delivery/webhook-secrets.js';
import { WebhooksProcessor } from './delivery/webhooks.processor.js';
import { WEBHOOKS_QUEUE, WebhooksQueue } from './delivery/webhooks.queue.js';
import { WebhooksTick } from './delivery/webhooks-tick.js';
import { DeliveryListRepository } from './delivery-list.repository.js';
import { HostResolver } from './outbound/host-resolver.js';
import { ReceiverGate } from './outbound/receiver-gate.js';
import { ReceiverCheck } from './receiver-check.js';
import { RedeliveryService } from './redelivery.service.js';
import { SubscriptionChanges } from './subscription-changes.js';
import { SubscriptionsRepository } from './subscriptions.repository.js';
import { SubscriptionsService } from './subscriptions.service.js';
import { WebhookDeliveriesController } from './webhook-deliveries.controller.js';
import { WebhookSubscriptionsController } from './webhook-subscriptions.controller.js';

const EVERYWHERE: Provider[] = [
  DeliveryListRepository,
  HostResolver,
  OutboxErasure,
  ReceiverCheck,
  ReceiverGate,
  RedeliveryService,
  SubscriptionChanges,
  SubscriptionsRepository,
  SubscriptionsService,
  WebhookSecrets,
  WebhooksQueue,
];

/** Delivering: in workers only. */
const WORKERS: Provider[] = [
  DeliveriesRepository,
  DeliveryAttempts,
  DeliveryRunner,
  OutboxSweep,
  OutboxSweepRepository,
  SecretsRenewal,
  WebhooksProcessor,
  WebhooksTick,
];

/** News out: who is told what, and the telling. */
@Module({})
export class LiveModule {
  static forRoot({ isWorker }: AppConfig): DynamicModule {
    return {
      module: LiveModule,
      imports: [
        TypeOrmModule.forFeature([WebhookSubscription]),
        BullModule.registerQueue({ name: WEBHOOKS_QUEUE }),
        CampaignsModule,
        JournalModule,
        LeadsModule,
        OutboxModule,
      ],
      controllers: [WebhookSubscriptionsController, WebhookDeliveriesController],
      providers: isWorker ? [...EVERYWHERE, ...WORKERS] : EVERYWHERE,
    };
  }
}
