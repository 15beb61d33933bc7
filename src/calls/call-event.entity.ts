import { Column, Entity, PrimaryGeneratedColumn, Unique } from 'typeorm';
import { DEFAULT_WORKSPACE_ID } from '../database/index.js';
import type { CallStatus } from './call.states.js';

/**
 * An append-only fact about a call, in the order we learnt it. Written from the call's own row, held meanwhile: no foreign
 * key checks that it exists. It goes with its call.
 */
@Entity('call_events')
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
