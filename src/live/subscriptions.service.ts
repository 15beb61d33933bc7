import { Injectable } from '@nestjs/common';
import { notFound, ruleError, type Page, type Paged } from '../common/index.js';
import type { WebhookSubscription } from '../journal/index.js';
import { WebhooksQueue } from './delivery/webhooks.queue.js';
import { DeliveryListRepository } from './delivery-list.repository.js';
import { ReceiverCheck } from './receiver-check.js';
import { SubscriptionChanges, type FreshSecret } from './subscription-changes.js';
import { SubscriptionsRepository, type SubscriptionFields } from './subscriptions.repository.js';

/** Each is looked at by every statement that makes something happen. */
const MOST_SUBSCRIPTIONS = 100;

type NewSubscription = SubscriptionFields & Pick<WebhookSubscription, 'url' | 'eventTypes'>;

/** A subscription whose secret was just made: the only time it is shown. */
export interface FreshSubscription {
  subscription: WebhookSubscription;
  secret: string;
}

/** Who is told what. */
@Injectable()
export class SubscriptionsService {
  constructor(
    private readonly subscriptions: SubscriptionsRepository,
    private readonly changes: SubscriptionChanges,
    private readonly receivers: ReceiverCheck,
    private readonly deliveries: DeliveryListRepository,
    private readonly queue: WebhooksQueue,
  ) {}

  /**
   * It gets every event of a statement that begins after this has answered.
   * @throws DomainError `VALIDATION_FAILED` for a receiver that nothing is sent to, `CAMPAIGN_NOT_FOUND`, `TOO_MANY_WEBHOOKS`
   */
  async create(fields: NewSubscription): Promise<FreshSubscription> {
    await this.receivers.check(fields);
    if ((await this.subscriptions.count()) >= MOST_SUBSCRIPTIONS) {
      throw ruleError(
        'TOO_MANY_WEBHOOKS',
        `There are ${MOST_SUBSCRIPTIONS} webhooks already`,
        'Delete one first',
      );
    }
    return this.shown(await this.changes.insert(fields));
  }

  list(page: Page): Promise<Paged<WebhookSubscription>> {
    return this.subscriptions.list(page);
  }

  /** @throws DomainError `WEBHOOK_NOT_FOUND` */
  async get(id: string): Promise<WebhookSubscription> {
    const subscription = await this.subscriptions.find(id);
    if (!subscription) throw notFound('Webhook');
    return subscription;
  }

  /** @throws DomainError as `create` does, and `WEBHOOK_NOT_FOUND` */
  async update(id: string, fields: SubscriptionFields): Promise<WebhookSubscription> {
    await this.get(id);
    await this.receivers.check(fields);
    await this.changes.update(id, fields);
    // Where Redis is away, the tick finds what is due.
    await this.queue.wake([id]).catch(() => undefined);
    return this.get(id);
  }

  /**
   * Nothing more is written for it first, then what there is goes in batches: whoever makes something happen would wait as long as
   * its row is being deleted.
   * @throws DomainError `WEBHOOK_NOT_FOUND`
   */
  async delete(id: string): Promise<void> {
    await this.changes.end(id);
    while (await this.deliveries.deleteSome(id));
    await this.subscriptions.delete(id);
  }

  /** @throws DomainError `WEBHOOK_NOT_FOUND` */
  async rotateSecret(id: string): Promise<FreshSubscription> {
    return this.shown(await this.changes.rotate(id));
  }

  private async shown({ id, secret }: FreshSecret): Promise<FreshSubscription> {
    return { subscription: await this.get(id), secret };
  }
}
