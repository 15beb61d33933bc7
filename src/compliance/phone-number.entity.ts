import { Check, Column, CreateDateColumn, Entity, PrimaryColumn, Unique, UpdateDateColumn } from 'typeorm';
import { DEFAULT_WORKSPACE_ID } from '../database/index.js';

/** Where a number came from; `former_config`: it has left TWILIO_PHONE_NUMBERS. */
export type PhoneNumberSource = 'config' | 'api' | 'former_config';

/** Why nothing is called from a number for a while. */
export type RestReason = 'manual' | 'low_answer_rate' | 'carrier_refused';

/** A number of ours, that calls are made from. */
@Entity('phone_numbers')
@Unique('uq_phone_numbers_workspace_id_phone_number', ['workspaceId', 'phoneNumber'])
@Check('ck_phone_numbers_source', `source IN ('config','api','former_config')`)
@Check('ck_phone_numbers_cps', 'cps > 0')
@Check('ck_phone_numbers_daily_cap', 'daily_cap >= 1')
@Check('ck_phone_numbers_rest_reason', `rest_reason IN ('manual','low_answer_rate','carrier_refused')`)
@Check(
  'ck_phone_numbers_rest',
  '(rest_reason IS NULL) = (rested_at IS NULL) AND (rest_until IS NULL OR rest_reason IS NOT NULL)',
)
export class PhoneNumber {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { default: DEFAULT_WORKSPACE_ID }) workspaceId: string;
  /** E.164. Never changes: calls and campaigns name it by this. */
  @Column('text') phoneNumber: string;
  @Column('text', { nullable: true }) label: string | null;
  @Column('text') source: PhoneNumberSource;
  @Column('boolean', { default: true }) isActive: boolean;
  /** Calls per second from this number; null: no limit but the account's. */
  @Column('double precision', { nullable: true }) cps: number | null;
  /** Calls per UTC day; null: no cap. */
  @Column('integer', { nullable: true }) dailyCap: number | null;
  /** Set: it rests, if `restUntil` is not over. */
  @Column('text', { nullable: true }) restReason: RestReason | null;
  @Column('text', { nullable: true }) restNote: string | null;
  @Column('timestamptz', { nullable: true }) restedAt: Date | null;
  /** Null: until somebody ends the rest. */
  @Column('timestamptz', { nullable: true }) restUntil: Date | null;
  /** Its answer rate is that of calls which ended after this. */
  @Column('timestamptz', { default: () => 'now()' }) judgedFrom: Date;
  @CreateDateColumn({ type: 'timestamptz' }) createdAt: Date;
  @UpdateDateColumn({ type: 'timestamptz' }) updatedAt: Date;
}
