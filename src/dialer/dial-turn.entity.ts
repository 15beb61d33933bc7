import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { DEFAULT_WORKSPACE_ID } from '../database/index.js';
import type { TurnQueue } from './rules/account-turns.js';

/** When the next placement may begin: one row per paced campaign or number, and one for the carrier account. */
@Entity('dial_turns')
@ForeignKey('campaigns', ['campaignId'], ['id'], { name: 'fk_dial_turns_campaign_id', onDelete: 'CASCADE' })
@ForeignKey('phone_numbers', ['phoneNumberId'], ['id'], {
  name: 'fk_dial_turns_phone_number_id',
  onDelete: 'CASCADE',
})
export class DialTurn {
  /** The id of the campaign or of the phone number, or the account's fixed one. */
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { default: DEFAULT_WORKSPACE_ID }) workspaceId: string;
  @Column('uuid', { nullable: true }) campaignId: string | null;
  @Column('uuid', { nullable: true }) phoneNumberId: string | null;
  /** Database clock. */
  @Column('timestamptz') nextAt: Date;
  /** Of the account: where the latest turn began (`rules/account-turns.ts`). */
  @Column('double precision', { default: 0 }) virtualTime: number;
  /** Of the account: who asks for turns. */
  @Column('jsonb', { default: {} }) flows: TurnQueue['flows'];
}
