import { Injectable } from '@nestjs/common';
import { notFound, ruleError, type Page, type Paged } from '../common/index.js';
import { Database, type Tx } from '../database/index.js';
import { Audit, type DeliveryStatus } from '../journal/index.js';
import { WebhooksQueue } from './delivery/webhooks.queue.js';
import { DeliveryListRepository, type DeliveryRow } from './delivery-list.repository.js';
import { SubscriptionsService } from './subscriptions.service.js';

/** What became of telling a subscription, and what it is told again. */
@Injectable()
export class RedeliveryService {
  constructor(
    private readonly subscriptions: SubscriptionsService,
    private readonly deliveries: DeliveryListRepository,
    private readonly database: Database,
    private readonly audit: Audit,
    private readonly queue: WebhooksQueue,
  ) {}

  /** @throws DomainError `WEBHOOK_NOT_FOUND`, `INVALID_CURSOR` */
  async list(id: string, page: Page, status?: DeliveryStatus): Promise<Paged<DeliveryRow>> {
    await this.subscriptions.get(id);
    return this.deliveries.list(id, page, status);
  }

  /** Puts an event of no meaning in line. @returns its id. @throws DomainError `WEBHOOK_NOT_FOUND`, `WEBHOOK_DISABLED` */
  async test(id: string): Promise<string> {
    await this.requireEnabled(id);
    const eventId = await this.database.transaction(async (tx) => {
      const added = await this.deliveries.addTest(tx, id);
      if (added === undefined) throw notFound('Webhook');
      await this.record(tx, id, 'webhook.tested', { eventId: added });
      return added;
    });
    await this.wake(id);
    return eventId;
  }

  /** @throws DomainError `WEBHOOK_NOT_FOUND`, `EVENT_NOT_FOUND`, `WEBHOOK_DISABLED`, `EVENT_PENDING` */
  async redeliver(id: string, eventId: string): Promise<void> {
    await this.requireEnabled(id);
    await this.database.transaction(async (tx) => {
      const isAgain = await this.deliveries.redeliver(tx, id, eventId);
      if (isAgain === null) throw notFound('Event');
      if (!isAgain) throw ruleError('EVENT_PENDING', 'The event is still in line to be delivered');
      await this.record(tx, id, 'webhook.redelivered', { eventId });
    });
    await this.wake(id);
  }

  /**
   * In batches, each written down by itself.
   * @returns how many dead letters are told again. @throws DomainError `WEBHOOK_NOT_FOUND`, `WEBHOOK_DISABLED`
   */
  async redeliverSince(id: string, since: Date): Promise<number> {
    await this.requireEnabled(id);
    let total = 0;
    for (let hasMore = true; hasMore;) {
      const batch = await this.database.transaction((tx) => this.redeliverSome(tx, id, since));
      total += batch.count;
      hasMore = batch.hasMore;
    }
    if (total === 0) this.audit.changedNothing();
    await this.wake(id);
    return total;
  }

  private async redeliverSome(tx: Tx, id: string, since: Date) {
    const batch = await this.deliveries.redeliverDead(tx, id, since);
    if (batch.count > 0) await this.record(tx, id, 'webhook.redelivered', { since, count: batch.count });
    return batch;
  }

  private record(tx: Tx, id: string, action: string, details: object): Promise<void> {
    return this.audit.record(tx, { action, entity: 'webhook', entityId: id, details });
  }

  private async requireEnabled(id: string): Promise<void> {
    if ((await this.subscriptions.get(id)).isEnabled) return;
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
