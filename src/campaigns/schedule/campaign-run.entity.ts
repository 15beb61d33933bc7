import { Check, Column, CreateDateColumn, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { DEFAULT_WORKSPACE_ID } from '../../database/index.js';
import type { ScheduleReason } from './reasons.js';
import type { ReopenRule } from './recurrence.js';

/** What made a campaign start. */
export type RunTrigger = 'manual' | 'schedule' | 'recurrence';

/** What has become of a run; `opening`: the leads of earlier runs are being re-opened. */
export type RunStatus =
  'opening' | 'running' | 'completed' | 'stopped' | 'not_started' | 'skipped' | 'missed' | 'canceled';

export const RUN_TRIGGERS: RunTrigger[] = ['manual', 'schedule', 'recurrence'];
export const RUN_STATUSES: RunStatus[] = [
  ...(['opening', 'running', 'completed', 'stopped'] as const),
  ...(['not_started', 'skipped', 'missed', 'canceled'] as const),
];

/** One start of a campaign, or one that should have been: numbered from 1, and never deleted but with the campaign. */
@Entity('campaign_runs')
@ForeignKey('campaigns', ['campaignId'], ['id'], {
  name: 'fk_campaign_runs_campaign_id',
  onDelete: 'CASCADE',
})
@Check('ck_campaign_runs_number', 'number > 0')
@Check('ck_campaign_runs_trigger', `trigger IN ('manual','schedule','recurrence')`)
@Check(
  'ck_campaign_runs_status',
  `status IN ('opening','running','completed','stopped','not_started','skipped','missed','canceled')`,
)
@Check('ck_campaign_runs_reopen', `reopen IN ('none','failed','unreached','all')`)
@Check('ck_campaign_runs_ended_at', `(ended_at IS NULL) = (status IN ('opening','running'))`)
@Index('ix_campaign_runs_open', { synchronize: false })
@Index('ix_campaign_runs_started', { synchronize: false })
export class CampaignRun {
  @PrimaryColumn('uuid') campaignId: string;
  @PrimaryColumn('integer') number: number;
  @Column('uuid', { default: DEFAULT_WORKSPACE_ID }) workspaceId: string;
  @Column('text') trigger: RunTrigger;
  @Column('text') status: RunStatus;
  /** Why it ended, or did not begin. */
  @Column('jsonb', { nullable: true }) reason: ScheduleReason | null;
  /** None: started by hand. */
  @Column('timestamptz', { nullable: true }) dueAt: Date | null;
  /** When it is stopped at the latest, by its own rule. */
  @Column('timestamptz', { nullable: true }) endsAt: Date | null;
  @Column('text', { default: 'none' }) reopen: ReopenRule;
  /** Leads up to this id have been looked at. */
  @Column('uuid', { nullable: true }) openedThrough: string | null;
  @Column('integer', { default: 0 }) leadsReopened: number;
  /** Leads that waited when it started, the re-opened ones among them. */
  @Column('integer', { default: 0 }) leadsPending: number;
  /** The campaign's calls before it. */
  @Column('bigint', { default: 0 }) successfulBefore: string;
  @Column('bigint', { default: 0 }) failedBefore: string;
  @Column('timestamptz', { nullable: true }) startedAt: Date | null;
  @Column('timestamptz', { nullable: true }) endedAt: Date | null;
  @CreateDateColumn({ type: 'timestamptz', default: () => 'clock_timestamp()' }) createdAt: Date;
}
