import {
  Column,
  CreateDateColumn,
  Entity,
  ForeignKey,
  Index,
  PrimaryColumn,
  UpdateDateColumn,
} from 'typeorm';
import { DEFAULT_WORKSPACE_ID } from '../database/index.js';

/** A number that must not be called. */
@Entity('suppressions')
@ForeignKey('campaigns', ['campaignId'], ['id'], {
  name: 'fk_suppressions_campaign_id',
  onDelete: 'CASCADE',
})
@Index('uq_suppressions_number', { synchronize: false })
@Index('ix_suppressions_phone_number', { synchronize: false })
@Index('ix_suppressions_campaign_id_id', { synchronize: false })
@Index('ix_suppressions_source_id', { synchronize: false })
@Index('ix_suppressions_workspace_id_id', ['workspaceId', 'id'])
export class Suppression {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { default: DEFAULT_WORKSPACE_ID }) workspaceId: string;
  /** Null: for every campaign. */
  @Column('uuid', { nullable: true }) campaignId: string | null;
  /** E.164. */
  @Column('text') phoneNumber: string;
  @Column('text', { nullable: true }) reason: string | null;
  /** Where it came from, e.g. `national registry`, `opt-out`. */
  @Column('text', { nullable: true }) source: string | null;
  /** From then on it holds no more; null: it holds for good. */
  @Column('timestamptz', { nullable: true }) expiresAt: Date | null;
  @CreateDateColumn({ type: 'timestamptz' }) createdAt: Date;
  @UpdateDateColumn({ type: 'timestamptz' }) updatedAt: Date;
}
