import { Injectable } from '@nestjs/common';
import { CampaignsService } from '../campaigns/index.js';
import { invalidInput, newId, notFound, ruleError, type Page, type Paged } from '../common/index.js';
import type { DeliveryStatus, WebhookSubscription } from '../journal/index.js';
import { newSecret } from './delivery/signing.js';
import { WebhooksQueue } from './delivery/webhooks.queue.js';
import { DeliveryListRepository, type DeliveryRow } from './delivery-list.repository.js';
import { ReceiverGate } from './outbound/receiver-gate.js';
import { SubscriptionsRepository, type SubscriptionFields } from './subscriptions.repository.js';

/** Each is looked at by every statement that makes something happen. */
const MOST_SUBSCRIPTIONS = 100;

type NewSubscription = SubscriptionFields & Pick<WebhookSubscription, 'url' | 'eventTypes'>;

/** Who is told what, and what became of it. */
@Injectable()
export class SubscriptionsService {
  constructor(
    private readonly subscriptions: SubscriptionsRepository,
    private readonly deliveries: DeliveryListRepository,
    private readonly campaigns: CampaignsService,
    private readonly gate: ReceiverGate,
    private readonly queue: WebhooksQueue,
  ) {}

  /**
   * It gets every event of a statement that begins after this has answered.
   * @throws DomainError `VALIDATION_FAILED` for a receiver that nothing is sent to, `CAMPAIGN_NOT_FOUND`, `TOO_MANY_WEBHOOKS`
   */
  async create(fields: NewSubscription): Promise<WebhookSubscription> {
    await this.check(fields);
    if ((await this.subscriptions.count()) >= MOST_SUBSCRIPTIONS) {
      throw ruleError(
        'TOO_MANY_WEBHOOKS',
        `There are ${MOST_SUBSCRIPTIONS} webhooks already`,
        'Delete one first',
      );
    }
    const id = newId();
    await this.subscriptions.insert(id, newSecret(), fields);
    return this.get(id);
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
    await this.check(fields);
    if (!(await this.subscriptions.update(id, fields))) throw notFound('Webhook');
    await this.wake(id);
    return this.get(id);
  }

  /**
   * Nothing more is written for it first, then what there is goes in batches: whoever makes something happen would wait as long as
   * its row is being deleted.
   * @throws DomainError `WEBHOOK_NOT_FOUND`
   */
  async delete(id: string): Promise<void> {
    if (!(await this.subscriptions.update(id, { isEnabled: false }))) throw notFound('Webhook');
    while (await this.deliveries.deleteSome(id));
    await this.subscriptions.delete(id);
  }

  /** @throws DomainError `WEBHOOK_NOT_FOUND` */
  async rotateSecret(id: string): Promise<WebhookSubscription> {
    if (!(await this.subscriptions.rotate(id, newSecret()))) throw notFound('Webhook');
    return this.get(id);
  }

  /** @throws DomainError `WEBHOOK_NOT_FOUND`, `INVALID_CURSOR` */
  async listDeliveries(id: string, page: Page, status?: DeliveryStatus): Promise<Paged<DeliveryRow>> {
    await this.get(id);
    return this.deliveries.list(id, page, status);
  }

  /** Puts an event of no meaning in line. @returns its id. @throws DomainError `WEBHOOK_NOT_FOUND`, `WEBHOOK_DISABLED` */
  async test(id: string): Promise<string> {
    await this.requireEnabled(id);
    const eventId = await this.deliveries.addTest(id);
    await this.wake(id);
    return eventId;
  }

  /** @throws DomainError `WEBHOOK_NOT_FOUND`, `EVENT_NOT_FOUND`, `WEBHOOK_DISABLED`, `EVENT_PENDING` */
  async redeliver(id: string, eventId: string): Promise<void> {
    await this.requireEnabled(id);
    const isAgain = await this.deliveries.redeliver(id, eventId);
    if (isAgain === null) throw notFound('Event');
    if (!isAgain) throw ruleError('EVENT_PENDING', 'The event is still in line to be delivered');
    await this.wake(id);
  }

  /** @returns how many dead letters are told again. @throws DomainError `WEBHOOK_NOT_FOUND`, `WEBHOOK_DISABLED` */
  async redeliverSince(id: string, since: Date): Promise<number> {
    await this.requireEnabled(id);
    let total = 0;
    for (let hasMore = true; hasMore;) {
      const batch = await this.deliveries.redeliverDead(id, since);
      total += batch.count;
      hasMore = batch.hasMore;
    }
    await this.wake(id);
    return total;
  }

  private async check({ url, campaignId }: SubscriptionFields): Promise<void> {
    if (campaignId) await this.campaigns.require(campaignId);
    const refusal = url === undefined ? null : await this.gate.refusalOf(url);
    if (refusal !== null) throw invalidInput([{ field: 'url', message: refusal }]);
  }

  private async requireEnabled(id: string): Promise<void> {
    if ((await this.get(id)).isEnabled) return;
    throw ruleError(
      'WEBHOOK_DISABLED',
      'The webhook is disabled',
      'Enable it first: PUT … {"isEnabled": true}',
    );
  }

  /** Where Redis is away, the tick finds what is due. */
  private async wake(id: string): Promise<void> {
    await this.queue.wake([id]).catch(() => undefined);
  }
}
