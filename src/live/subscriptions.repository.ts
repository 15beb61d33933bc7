import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { LessThan, type QueryDeepPartialEntity, type Repository } from 'typeorm';
import { sliceOf, startOf, type Page, type Paged } from '../common/index.js';
import { newRowsWorkspace, ofWorkspace, rowsIn, type Tx } from '../database/index.js';
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

  async insert(tx: Tx, id: string, secret: string, fields: SubscriptionFields): Promise<void> {
    await rowsIn(tx, WebhookSubscription).insert({ id, secret, workspaceId: newRowsWorkspace(), ...fields });
  }

  count(): Promise<number> {
    return this.subscriptions.countBy(ofWorkspace());
  }

  find(id: string): Promise<WebhookSubscription | null> {
    return this.subscriptions.findOneBy({ id, ...ofWorkspace() });
  }

  /** The subscription, locked against other changes until `tx` ends. */
  findLocked(tx: Tx, id: string): Promise<WebhookSubscription | null> {
    const where = { id, ...ofWorkspace() };
    return rowsIn(tx, WebhookSubscription).findOne({ where, lock: { mode: 'for_no_key_update' } });
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

  /** What it failed by is forgotten when it is enabled again, or has another receiver. */
  async update(tx: Tx, id: string, fields: SubscriptionFields): Promise<void> {
    const isAnew = fields.isEnabled === true || fields.url !== undefined;
    const forgotten = { failingSince: null, deadInRow: 0, disabledAt: null, disabledReason: () => 'NULL' };
    await this.change(tx, id, { ...fields, ...(isAnew ? forgotten : {}) });
  }

  /** The secret until now signs too for another day. */
  async rotate(tx: Tx, id: string, secret: string): Promise<void> {
    await this.change(tx, id, {
      secret,
      previousSecret: () => 'secret',
      previousSecretUntil: () => ROTATION,
    });
  }

  async delete(id: string): Promise<void> {
    await this.subscriptions.delete({ id, ...ofWorkspace() });
  }

  private async change(
    tx: Tx,
    id: string,
    changes: QueryDeepPartialEntity<WebhookSubscription>,
  ): Promise<void> {
    const set = { ...changes, version: () => 'version + 1', updatedAt: () => 'now()' };
    await rowsIn(tx, WebhookSubscription).update({ id, ...ofWorkspace() }, set);
  }
}
