import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { DEFAULT_WORKSPACE_ID } from '../../database/index.js';

export const IMPORT_STATUSES = ['queued', 'running', 'completed', 'failed'] as const;
export type ImportStatus = (typeof IMPORT_STATUSES)[number];

/** One file of leads on its way into a campaign, or through with it. */
@Entity('lead_imports')
@ForeignKey('campaigns', ['campaignId'], ['id'], {
  name: 'fk_lead_imports_campaign_id',
  onDelete: 'CASCADE',
})
@Check('ck_lead_imports_status', `status IN ('queued','running','completed','failed')`)
@Index('ix_lead_imports_campaign_id_id', ['campaignId', 'id'])
@Index('ix_lead_imports_open', { synchronize: false })
export class LeadImport {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { default: DEFAULT_WORKSPACE_ID }) workspaceId: string;
  @Column('uuid') campaignId: string;
  @Column('text') status: ImportStatus;
  /** As the client named it: to be shown, never to be opened. */
  @Column('text', { nullable: true }) fileName: string | null;
  @Column('bigint') bytes: string;
  @Column('bigint', { default: 0 }) bytesRead: string;
  /** Without the header and blank ones. */
  @Column('integer', { default: 0 }) rowsRead: number;
  @Column('integer', { default: 0 }) stored: number;
  @Column('integer', { default: 0 }) refused: number;
  @Column('integer', { default: 0 }) duplicates: number;
  /** The cells of the first line, for the list of refused rows. */
  @Column('json', { nullable: true }) header: string[] | null;
  /** Why it failed as a whole. */
  @Column('text', { nullable: true }) errorCode: string | null;
  @Column('text', { nullable: true }) errorMessage: string | null;
  /** How often a worker has begun with it. */
  @Column('integer', { default: 0 }) attempts: number;
  /** Counted up at each new job: Bull silently ignores a job id it has seen. */
  @Column('integer', { default: 0 }) queueSeq: number;
  /** Who reads it now; only its holder may finish it. */
  @Column('uuid', { nullable: true }) holder: string | null;
  /** The holder's last sign of life, on the database's clock. */
  @Column('timestamptz', { default: () => 'clock_timestamp()' }) heardAt: Date;
  @Column('timestamptz', { nullable: true }) startedAt: Date | null;
  @Column('timestamptz', { nullable: true }) finishedAt: Date | null;
  @Column('timestamptz', { default: () => 'clock_timestamp()' }) createdAt: Date;
}
