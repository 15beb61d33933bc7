import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { DEFAULT_WORKSPACE_ID } from '../database/index.js';

/** What a campaign holds and wants of the account's slots, as of the latest claim under a cap. */
@Entity('account_shares')
@ForeignKey('campaigns', ['campaignId'], ['id'], {
  name: 'fk_account_shares_campaign_id',
  onDelete: 'CASCADE',
})
export class AccountShare {
  @PrimaryColumn('uuid') campaignId: string;
  @Column('uuid', { default: DEFAULT_WORKSPACE_ID }) workspaceId: string;
  /** Slots it could use, by its own latest claim. */
  @Column('integer') demand: number;
  /** Slots it has held since. */
  @Column('integer') held: number;
  /** Slot-milliseconds it is behind its share, negative: ahead of it. */
  @Column('bigint') creditMs: string;
  /** Its own latest claim. */
  @Column('timestamptz') wishedAt: Date;
  /** The latest claim of any campaign. */
  @Column('timestamptz') settledAt: Date;
}
