import { Check, Column, CreateDateColumn, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { DEFAULT_WORKSPACE_ID } from '../database/index.js';
import type { CallOutcome, CallStatus } from './call.states.js';

/** One attempt to reach one lead: one row, at most one carrier call. It outlives its lead. */
@Entity('calls')
@ForeignKey('campaigns', ['campaignId'], ['id'], { name: 'fk_calls_campaign_id', onDelete: 'CASCADE' })
@ForeignKey('leads', ['leadId'], ['id'], { name: 'fk_calls_lead_id', onDelete: 'SET NULL' })
@ForeignKey('agents', ['agentId'], ['id'], { name: 'fk_calls_agent_id', onDelete: 'SET NULL' })
@Check(
  'ck_calls_status',
  `status IN ('queued','dialing','unknown','initiated','ringing','in-progress','completed','busy','no-answer','failed','canceled')`,
)
@Check(
  'ck_calls_ended_at',
  `(ended_at IS NULL) = (status IN ('queued','dialing','unknown','initiated','ringing','in-progress'))`,
)
@Index('uq_calls_carrier_sid', { synchronize: false })
@Index('ix_calls_campaign_id_id', ['campaignId', 'id'])
@Index('ix_calls_lead_id', ['leadId'])
@Index('ix_calls_agent_id', { synchronize: false })
@Index('ix_calls_from_number_ended', { synchronize: false })
@Index('ix_calls_completed', { synchronize: false })
@Index('ix_calls_unplaced_number', { synchronize: false })
@Index('ix_calls_outcome', { synchronize: false })
@Index('ix_calls_placed_number', { synchronize: false })
@Index('uq_calls_open_phone_number', { synchronize: false })
@Index('ix_calls_open_campaign_id', { synchronize: false })
@Index('ix_calls_open_agent_id', { synchronize: false })
export class Call {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { default: DEFAULT_WORKSPACE_ID }) workspaceId: string;
  @Column('uuid') campaignId: string;
  @Column('uuid', { nullable: true }) leadId: string | null;
  @Column('uuid', { nullable: true }) agentId: string | null;
  /** E.164, the number called. */
  @Column('text') phoneNumber: string;
  /** E.164, the caller id. */
  @Column('text') fromNumber: string;
  /** 1 for the lead's first attempt. */
  @Column('integer') attempt: number;
  @Column('text', { default: 'queued' }) status: CallStatus;
  @Column('text', { nullable: true }) outcome: CallOutcome | null;
  /** The carrier's id (Twilio: CA…), once known. */
  @Column('text', { nullable: true }) carrierSid: string | null;
  @Column('text', { nullable: true }) answeredBy: string | null;
  @Column('text', { nullable: true }) errorCode: string | null;
  @Column('text', { nullable: true }) errorMessage: string | null;
  /** Counts returns to the queue; the job's id is `<id>.<queueSeq>`. */
  @Column('integer', { default: 0 }) queueSeq: number;
  /** How often the carrier's list was searched for a lost placement and did not have it. */
  @Column('integer', { default: 0 }) cleanLists: number;
  /** After this instant (database clock) no byte of the placement may leave. */
  @Column('timestamptz', { nullable: true }) sendBy: Date | null;
  /** Not to be dialled at or after this instant. */
  @Column('timestamptz', { nullable: true }) dialBefore: Date | null;
  /** Last time anything was heard of the call. */
  @Column('timestamptz', { default: () => 'now()' }) heardAt: Date;
  @Column('timestamptz', { nullable: true }) dialedAt: Date | null;
  @Column('timestamptz', { nullable: true }) answeredAt: Date | null;
  @Column('timestamptz', { nullable: true }) endedAt: Date | null;
  /** Milliseconds talked, from the carrier's seconds. */
  @Column('integer', { nullable: true }) durationMs: number | null;
  /** Micros a minute, by estimate, as of the claim. */
  @Column('integer', { default: 0 }) rateMicros: number;
  /** Micros: what is set aside for the call while it is open, what it cost by estimate once it has ended. */
  @Column('bigint', { default: 0 }) costMicros: string;
  @CreateDateColumn({ type: 'timestamptz' }) createdAt: Date;
}
