import { Injectable } from '@nestjs/common';
import {
  COUNT_CAP,
  cappedTotal,
  sliceOf,
  startOf,
  type Page,
  type Paged,
  type Slice,
  type Total,
} from '../common/index.js';
import { Database, type Tx } from '../database/index.js';
import type { DeliveryStatus, DeliveryTry } from '../journal/index.js';

/** A delivery as lists show it. */
export interface DeliveryRow {
  seq: string;
  eventId: string;
  type: string;
  status: DeliveryStatus;
  tries: DeliveryTry[];
  answer: string | null;
  nextAttemptAt: Date | null;
  endedAt: Date | null;
  createdAt: Date;
}

const NEWEST_FIRST = { name: 'deliveries', key: ['micros'] } as const;
/** Deliveries that one statement changes. */
const BATCH = 1000;

/** Deliveries of one subscription: the list, and what is asked of them. */
@Injectable()
export class DeliveryListRepository {
  constructor(private readonly database: Database) {}

  /** Newest first, counted no further than `COUNT_CAP`. @throws DomainError `INVALID_CURSOR` */
  async list(subscriptionId: string, page: Page, status?: DeliveryStatus): Promise<Paged<DeliveryRow>> {
    const [slice, total] = await Promise.all([
      this.slice(subscriptionId, page, status),
      this.count(subscriptionId, status),
    ]);
    return { ...slice, ...total };
  }

  /** An event is told again, beside the line. @returns false: it is still in line; null: there is no such event */
  async redeliver(tx: Tx, subscriptionId: string, eventId: string): Promise<boolean | null> {
    const [row] = await this.database.query<{ isAgain: boolean }>(
      `WITH found AS (
         SELECT d.seq, d.status FROM outbox_events e JOIN webhook_deliveries d ON d.seq = e.seq
         WHERE e.id = $2 AND d.subscription_id = $1 FOR UPDATE OF d
       ), again AS (
         UPDATE webhook_deliveries d SET status = 'parked', attempts = 0, next_attempt_at = clock_timestamp(), ended_at = NULL
         FROM found WHERE d.subscription_id = $1 AND d.seq = found.seq AND found.status <> 'pending'
       )
       SELECT status <> 'pending' AS "isAgain" FROM found`,
      [subscriptionId, eventId],
      tx,
    );
    return row?.isAgain ?? null;
  }

  /**
   * A batch of dead letters of events that happened since then is told again, in their order.
   * @returns how many, and whether there may be more
   */
  async redeliverDead(
    tx: Tx,
    subscriptionId: string,
    since: Date,
  ): Promise<{ count: number; hasMore: boolean }> {
    const { affected: count } = await this.database.run(
      `UPDATE webhook_deliveries SET status = 'parked', attempts = 0, next_attempt_at = statement_timestamp(), ended_at = NULL
       WHERE subscription_id = $1 AND status = 'dead' AND seq = ANY(ARRAY(
         SELECT seq FROM webhook_deliveries WHERE subscription_id = $1 AND status = 'dead' AND created_at >= $2
         ORDER BY seq LIMIT ${BATCH} FOR UPDATE SKIP LOCKED))`,
      [subscriptionId, since],
      tx,
    );
    return { count, hasMore: count === BATCH };
  }

  /** Some of the deliveries of a subscription go. @returns whether there may be more */
  async deleteSome(subscriptionId: string): Promise<boolean> {
    const { affected } = await this.database.run(
      `DELETE FROM webhook_deliveries WHERE subscription_id = $1 AND seq = ANY(ARRAY(
         SELECT seq FROM webhook_deliveries WHERE subscription_id = $1 ORDER BY seq LIMIT ${BATCH}))`,
      [subscriptionId],
    );
    return affected === BATCH;
  }

  /** An event for this subscription alone. @returns its id; undefined: the subscription is gone */
  async addTest(tx: Tx, subscriptionId: string): Promise<string | undefined> {
    const [row] = await this.database.query<{ id: string }>(
      `WITH told AS (
         INSERT INTO outbox_events (id, workspace_id, type, data)
         SELECT gen_random_uuid(), workspace_id, 'webhook.test', jsonb_build_object('webhookId', id, 'message', 'It works')
         FROM webhook_subscriptions WHERE id = $1 RETURNING seq, id, workspace_id
       ), queued AS (
         INSERT INTO webhook_deliveries (subscription_id, seq, workspace_id, event_id)
         SELECT $1, seq, workspace_id, id FROM told
       )
       SELECT id FROM told`,
      [subscriptionId],
      tx,
    );
    return row?.id;
  }

  private async slice(id: string, page: Page, status?: DeliveryStatus): Promise<Slice<DeliveryRow>> {
    const { after, offset, take } = startOf(page, NEWEST_FIRST);
    const values = [id, take, offset, ...(status ? [status] : []), ...(after ?? [])];
    const beyond = after ? `AND d.seq < $${values.length}::bigint` : '';
    const rows = await this.database.read<DeliveryRow>(
      `SELECT d.seq, d.event_id AS "eventId", e.type, d.status, d.tries, d.answer, d.next_attempt_at AS "nextAttemptAt",
         d.ended_at AS "endedAt", e.created_at AS "createdAt"
       FROM webhook_deliveries d JOIN outbox_events e ON e.seq = d.seq
       WHERE d.subscription_id = $1 ${status ? 'AND d.status = $4' : ''} ${beyond}
       ORDER BY d.seq DESC LIMIT $2 OFFSET $3`,
      values,
    );
    return sliceOf(rows, page, NEWEST_FIRST, ({ seq }) => [Number(seq)]);
  }

  private async count(id: string, status?: DeliveryStatus): Promise<Total> {
    const [row] = await this.database.read<{ counted: number }>(
      `SELECT count(*)::int AS counted FROM (SELECT 1 FROM webhook_deliveries
         WHERE subscription_id = $1 ${status ? 'AND status = $2' : ''} LIMIT ${COUNT_CAP + 1}) AS few`,
      [id, ...(status ? [status] : [])],
    );
    return cappedTotal(row?.counted ?? 0);
  }
}
