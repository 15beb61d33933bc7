import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { DEFAULT_WORKSPACE_ID } from '../database/index.js';

/** One shard of a campaign's counters: the sum over its shards equals a recount, always (invariant 9). */
@Entity('campaign_counters')
@ForeignKey('campaigns', ['campaignId'], ['id'], {
  name: 'fk_campaign_counters_campaign_id',
  onDelete: 'CASCADE',
})
export class CampaignCounter {
  @PrimaryColumn('uuid') campaignId: string;
  @PrimaryColumn('smallint') shard: number;
  @Column('uuid', { default: DEFAULT_WORKSPACE_ID }) workspaceId: string;
  @Column('bigint', { default: 0 }) pending: string;
  @Column('bigint', { default: 0 }) calling: string;
  @Column('bigint', { default: 0 }) completed: string;
  @Column('bigint', { default: 0 }) failed: string;
  @Column('bigint', { default: 0 }) successfulCalls: string;
  @Column('bigint', { default: 0 }) failedCalls: string;
  /** Milliseconds talked in successful calls. */
  @Column('bigint', { default: 0 }) talkMs: string;
  /** Micros that ended calls cost, by estimate. */
  @Column('bigint', { default: 0 }) spendMicros: string;
}
