import {
  Check,
  Column,
  CreateDateColumn,
  Entity,
  Index,
  PrimaryColumn,
  Unique,
  UpdateDateColumn,
} from 'typeorm';
import { CLOSED_REASONS } from '../compliance/index.js';
import { DEFAULT_WORKSPACE_ID } from '../database/index.js';
import type { LeadStatus } from './lead.states.js';

/** Why a pending lead is not ready now. */
export const BLOCKED_REASONS = ['retry_wait', 'number_busy', 'number_cap', ...CLOSED_REASONS] as const;
export type BlockedReason = (typeof BLOCKED_REASONS)[number];

/** One person to reach in one campaign, which exists: two triggers see to it (see the migration 1790000000012-cheaper-leads). */
@Entity('leads')
@Check('ck_leads_status', `status IN ('pending','calling','completed','failed')`)
@Check('ck_leads_attempts', 'attempts >= 0')
@Unique('uq_leads_campaign_id_phone_number', ['campaignId', 'phoneNumber'])
@Index('ix_leads_campaign_id_status_id', ['campaignId', 'status', 'id'])
@Index('ix_leads_campaign_id_reason_id', { synchronize: false })
@Index('ix_leads_name', { synchronize: false })
@Index('ix_leads_last_name', { synchronize: false })
@Index('ix_leads_ready', { synchronize: false })
@Index('ix_leads_unready', { synchronize: false })
@Index('ix_leads_due', { synchronize: false })
@Index('ix_leads_calling', { synchronize: false })
@Index('ix_leads_blocked', { synchronize: false })
@Index('ix_leads_number_busy', { synchronize: false })
@Index('ix_leads_number_cap', { synchronize: false })
export class Lead {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { default: DEFAULT_WORKSPACE_ID }) workspaceId: string;
  @Column('uuid') campaignId: string;
  /** E.164. */
  @Column('text') phoneNumber: string;
  @Column('text', { nullable: true }) name: string | null;
  @Column('text', { default: 'pending' }) status: LeadStatus;
  /** IANA zone the lead lives by; none: all those its number can be in. */
  @Column('text', { nullable: true }) timezone: string | null;
  /** Higher is called first. */
  @Column('integer', { default: 0 }) priority: number;
  @Column('jsonb', { default: {} }) metadata: Record<string, unknown>;
  /** Attempts counted so far; a withdrawn or never placed call is given back. */
  @Column('integer', { default: 0 }) attempts: number;
  @Column('timestamptz', { nullable: true }) lastAttemptAt: Date | null;
  /** Set: not ready before then, for `blockedReason`. */
  @Column('timestamptz', { nullable: true }) nextAttemptAt: Date | null;
  @Column('text', { nullable: true }) blockedReason: BlockedReason | null;
  /** Why the lead completed or failed, e.g. `answered`, `busy`. */
  @Column('text', { nullable: true }) reason: string | null;
  @CreateDateColumn({ type: 'timestamptz' }) createdAt: Date;
  @UpdateDateColumn({ type: 'timestamptz' }) updatedAt: Date;
}
