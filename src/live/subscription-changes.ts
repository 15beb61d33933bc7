import { Injectable } from '@nestjs/common';
import { newId, notFound } from '../common/index.js';
import { Database, type Tx } from '../database/index.js';
import { Audit, changed, type Change, type WebhookSubscription } from '../journal/index.js';
import { newSecret } from './delivery/signing.js';
import { WebhookSecrets } from './delivery/webhook-secrets.js';
import { SubscriptionsRepository, type SubscriptionFields } from './subscriptions.repository.js';

/** A subscription, and the secret that it is answered with once. */
export interface FreshSecret {
  id: string;
  secret: string;
}

/** Changes of subscriptions: each is one transaction, and is written down in it. */
@Injectable()
export class SubscriptionChanges {
  constructor(
    private readonly subscriptions: SubscriptionsRepository,
    private readonly database: Database,
    private readonly audit: Audit,
    private readonly secrets: WebhookSecrets,
  ) {}

  async insert(fields: SubscriptionFields): Promise<FreshSecret> {
    const fresh = { id: newId(), secret: newSecret() };
    await this.database.transaction(async (tx) => {
      await this.subscriptions.insert(tx, fresh.id, this.secrets.seal(fresh.id, fresh.secret), fields);
      await this.record(tx, fresh.id, { action: 'webhook.created', after: fields });
    });
    return fresh;
  }

  /** @throws DomainError `WEBHOOK_NOT_FOUND` */
  async update(id: string, fields: SubscriptionFields): Promise<void> {
    await this.make(id, async (tx, was) => {
      await this.subscriptions.update(tx, id, fields);
      return { action: 'webhook.updated', ...changed(was, fields) };
    });
  }

  /** @throws DomainError `WEBHOOK_NOT_FOUND` */
  async rotate(id: string): Promise<FreshSecret> {
    const secret = newSecret();
    await this.make(id, async (tx) => {
      await this.subscriptions.rotate(tx, id, this.secrets.seal(id, secret));
      return { action: 'webhook.secret_rotated' };
    });
    return { id, secret };
  }

  /**
   * From its commit on nothing is written for the subscription. That counts as its end, and is what is written down; its rows
   * go afterwards.
   * @throws DomainError `WEBHOOK_NOT_FOUND`
   */
  async end(id: string): Promise<void> {
    await this.make(id, async (tx, { url, eventTypes, description }) => {
      await this.subscriptions.update(tx, id, { isEnabled: false });
      return { action: 'webhook.deleted', before: { url, eventTypes, description } };
    });
  }

  private async make(
    id: string,
    work: (tx: Tx, was: WebhookSubscription) => Promise<Omit<Change, 'entity'>>,
  ): Promise<void> {
    await this.database.transaction(async (tx) => {
      const was = await this.subscriptions.findLocked(tx, id);
      if (!was) throw notFound('Webhook');
      await this.record(tx, id, await work(tx, was));
    });
  }

  private record(tx: Tx, id: string, change: Omit<Change, 'entity'>): Promise<void> {
    return this.audit.record(tx, { entity: 'webhook', entityId: id, ...change });
  }
}
