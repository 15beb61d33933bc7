import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import { DEFAULT_WORKSPACE_ID } from '../../database/index.js';

/** Something that happened and that somebody wanted to know of. Written in the transaction in which it happened. */
@Entity('outbox_events')
@Index('uq_outbox_events_id', { synchronize: false })
@Index('ix_outbox_events_phone_number', { synchronize: false })
export class OutboxEvent {
  /** Gives order: of two events of one thing, the later has the larger. */
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' }) seq: string;
  @Column('uuid', { default: DEFAULT_WORKSPACE_ID }) workspaceId: string;
  /** The event's id, the same for every receiver and every attempt. */
  @Column('uuid') id: string;
  @Column('text') type: string;
  @Column('uuid', { nullable: true }) campaignId: string | null;
  /** E.164, of the person it is about. */
  @Column('text', { nullable: true }) phoneNumber: string | null;
  /** The row as it was then, by its columns; it is shown as the API shows it when it is told. */
  @Column('jsonb') data: Record<string, unknown>;
  @Column('timestamptz', { default: () => 'clock_timestamp()' }) createdAt: Date;
}
