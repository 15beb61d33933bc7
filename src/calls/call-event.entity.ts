import { Column, Entity, ForeignKey, PrimaryGeneratedColumn, Unique } from 'typeorm';
import { DEFAULT_WORKSPACE_ID } from '../database/index.js';
import type { CallStatus } from './call.states.js';

/** An append-only fact about a call, in the order we learnt it. */
@Entity('call_events')
@ForeignKey('calls', ['callId'], ['id'], { name: 'fk_call_events_call_id', onDelete: 'CASCADE' })
@Unique('uq_call_events_call_id_dedupe_key', ['callId', 'dedupeKey'])
export class CallEvent {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' }) id: string;
  @Column('uuid', { default: DEFAULT_WORKSPACE_ID }) workspaceId: string;
  @Column('uuid') callId: string;
  /** `call.claimed`, `call.dialing`, `carrier.callback`, … */
  @Column('text') type: string;
  /** The call's status after the event. */
  @Column('text', { nullable: true }) status: CallStatus | null;
  /** Equal keys on one call are one event told twice. */
  @Column('text', { nullable: true }) dedupeKey: string | null;
  @Column('jsonb', { default: {} }) data: Record<string, unknown>;
  @Column('timestamptz', { default: () => 'clock_timestamp()' }) at: Date;
}
