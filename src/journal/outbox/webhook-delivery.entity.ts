import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { DEFAULT_WORKSPACE_ID } from '../../database/index.js';

export const DELIVERY_STATUSES = ['pending', 'parked', 'delivered', 'dead'] as const;
/**
 * `pending`: in line, behind all that came before it. `parked`: tried again beside the line, which goes on without it.
 * `dead`: given up.
 */
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** One attempt to tell an event. */
export interface DeliveryTry {
  /** ISO 8601, UTC. */
  at: string;
  /** Of the answer; null: there was none. */
  statusCode: number | null;
  durationMs: number;
  /** Why it did not succeed; null: it did. */
  error: string | null;
}

/** One event on its way to one subscription. */
@Entity('webhook_deliveries')
@ForeignKey('webhook_subscriptions', ['subscriptionId'], ['id'], {
  name: 'fk_webhook_deliveries_subscription_id',
  onDelete: 'CASCADE',
})
@Check('ck_webhook_deliveries_status', `status IN ('pending','parked','delivered','dead')`)
@Check('ck_webhook_deliveries_ended_at', `(ended_at IS NULL) = (status IN ('pending','parked'))`)
@Index('ix_webhook_deliveries_pending', { synchronize: false })
@Index('ix_webhook_deliveries_parked', { synchronize: false })
@Index('ix_webhook_deliveries_dead', { synchronize: false })
export class WebhookDelivery {
  @PrimaryColumn('uuid') subscriptionId: string;
  /** The event's. */
  @PrimaryColumn('bigint') seq: string;
  @Column('uuid', { default: DEFAULT_WORKSPACE_ID }) workspaceId: string;
  @Column('uuid') eventId: string;
  @Column('text', { default: 'pending' }) status: DeliveryStatus;
  /** Since it was last begun: a redelivery counts from 0 again. */
  @Column('integer', { default: 0 }) attempts: number;
  /** The latest, oldest first. */
  @Column('jsonb', { default: [] }) tries: DeliveryTry[];
  /** The beginning of the last answer. */
  @Column('text', { nullable: true }) answer: string | null;
  /** Null: as soon as it is its turn. */
  @Column('timestamptz', { nullable: true }) nextAttemptAt: Date | null;
  @Column('timestamptz', { nullable: true }) endedAt: Date | null;
  @Column('timestamptz', { default: () => 'clock_timestamp()' }) createdAt: Date;
}
