import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { LessThan, type QueryDeepPartialEntity, type Repository } from 'typeorm';
import { sliceOf, startOf, type Page, type Paged } from '../common/index.js';
import { newRowsWorkspace, ofWorkspace } from '../database/index.js';
import { WebhookSubscription } from '../journal/index.js';

/** What a caller may set. */
export type SubscriptionFields = Partial<
  Pick<WebhookSubscription, 'url' | 'eventTypes' | 'description' | 'campaignId' | 'isEnabled'>
>;

const NEWEST_FIRST = { name: 'webhooks', key: ['id'] } as const;
const ROTATION = `now() + interval '24 hours'`;

/** Rows of subscriptions, those of the workspace that asks. */
@Injectable()
export class SubscriptionsRepository {
  constructor(
    @InjectRepository(WebhookSubscription) private readonly subscriptions: Repository<WebhookSubscription>,
  ) {}

  async insert(id: string, secret: string, fields: SubscriptionFields): Promise<void> {
    await this.subscriptions.insert({ id, secret, workspaceId: newRowsWorkspace(), ...fields });
  }

  count(): Promise<number> {
    return this.subscriptions.countBy(ofWorkspace());
  }

  find(id: string): Promise<WebhookSubscription | null> {
    return this.subscriptions.findOneBy({ id, ...ofWorkspace() });
  }

  /** Newest first. @throws DomainError `INVALID_CURSOR` */
  async list(page: Page): Promise<Paged<WebhookSubscription>> {
    const { after, offset, take } = startOf(page, NEWEST_FIRST);
    const where = { ...ofWorkspace(), ...(after ? { id: LessThan(String(after[0])) } : {}) };
    const [rows, total] = await Promise.all([
      this.subscriptions.find({ where, order: { id: 'DESC' }, skip: offset, take }),
      this.count(),
    ]);
    return { ...sliceOf(rows, page, NEWEST_FIRST, ({ id }) => [id]), total };
  }

  /** What it failed by is forgotten when it is enabled again, or has another receiver. @returns false: there is none */
  update(id: string, fields: SubscriptionFields): Promise<boolean> {
    const isAnew = fields.isEnabled === true || fields.url !== undefined;
    const forgotten = { failingSince: null, deadInRow: 0, disabledAt: null, disabledReason: () => 'NULL' };
    return this.change(id, { ...fields, ...(isAnew ? forgotten : {}) });
  }

  /** The secret until now signs too for another day. @returns false: there is none */
  rotate(id: string, secret: string): Promise<boolean> {
    return this.change(id, { secret, previousSecret: () => 'secret', previousSecretUntil: () => ROTATION });
  }

  async delete(id: string): Promise<void> {
    await this.subscriptions.delete({ id, ...ofWorkspace() });
  }

  private async change(id: string, changes: QueryDeepPartialEntity<WebhookSubscription>): Promise<boolean> {
    const set = { ...changes, version: () => 'version + 1', updatedAt: () => 'now()' };
    return (await this.subscriptions.update({ id, ...ofWorkspace() }, set)).affected === 1;
  }
}
