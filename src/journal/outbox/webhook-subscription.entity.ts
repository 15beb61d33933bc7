import { Check, Column, CreateDateColumn, Entity, Index, PrimaryColumn, UpdateDateColumn } from 'typeorm';
import { DEFAULT_WORKSPACE_ID } from '../../database/index.js';

/** Why a subscription gets no more events. */
export interface DisabledReason {
  /** Stable, upper snake case: `DEAD_LETTERS`. */
  code: string;
  message: string;
}

/** Who wants which events, and where. */
@Entity('webhook_subscriptions')
@Check('ck_webhook_subscriptions_event_types', 'cardinality(event_types) > 0')
@Check(
  'ck_webhook_subscriptions_previous_secret',
  '(previous_secret IS NULL) = (previous_secret_until IS NULL)',
)
@Index('ix_webhook_subscriptions_enabled', { synchronize: false })
@Index('ix_webhook_subscriptions_workspace_id_id', ['workspaceId', 'id'])
export class WebhookSubscription {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { default: DEFAULT_WORKSPACE_ID }) workspaceId: string;
  @Column('text') url: string;
  @Column('text', { nullable: true }) description: string | null;
  /** `call.ended`, `lead.*` or `*`. */
  @Column('text', { array: true }) eventTypes: string[];
  /** Only events of this campaign; null: of all. */
  @Column('uuid', { nullable: true }) campaignId: string | null;
  @Column('boolean', { default: true }) isEnabled: boolean;
  /** Counts changes: a delivery under way sees that its subscription is not what it was. */
  @Column('integer', { default: 1 }) version: number;
  /** `whsec_` and the key in base64, sealed. */
  @Column('text') secret: string;
  /** Signs too, until then. */
  @Column('text', { nullable: true }) previousSecret: string | null;
  @Column('timestamptz', { nullable: true }) previousSecretUntil: Date | null;
  /** No attempt has succeeded since. */
  @Column('timestamptz', { nullable: true }) failingSince: Date | null;
  /** Events given up since the last that was delivered. */
  @Column('integer', { default: 0 }) deadInRow: number;
  @Column('timestamptz', { nullable: true }) disabledAt: Date | null;
  @Column('jsonb', { nullable: true }) disabledReason: DisabledReason | null;
  @CreateDateColumn({ type: 'timestamptz' }) createdAt: Date;
  @UpdateDateColumn({ type: 'timestamptz' }) updatedAt: Date;
}
