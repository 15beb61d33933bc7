import { Column, CreateDateColumn, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { DEFAULT_WORKSPACE_ID } from '../database/index.js';

/** An agent working for a campaign; one of them may be primary. */
@Entity('campaign_agents')
@ForeignKey('campaigns', ['campaignId'], ['id'], {
  name: 'fk_campaign_agents_campaign_id',
  onDelete: 'CASCADE',
})
@ForeignKey('agents', ['agentId'], ['id'], { name: 'fk_campaign_agents_agent_id', onDelete: 'CASCADE' })
@Index('ix_campaign_agents_agent_id', ['agentId'])
@Index('uq_campaign_agents_primary', { synchronize: false })
export class CampaignAgent {
  @PrimaryColumn('uuid') campaignId: string;
  @PrimaryColumn('uuid') agentId: string;
  @Column('uuid', { default: DEFAULT_WORKSPACE_ID }) workspaceId: string;
  @Column('boolean', { default: false }) isPrimary: boolean;
  @CreateDateColumn({ type: 'timestamptz' }) createdAt: Date;
}
