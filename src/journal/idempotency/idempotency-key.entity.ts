import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { DEFAULT_WORKSPACE_ID } from '../../database/index.js';

/** A request that must be done once: being done, done, or answered. */
@Entity('idempotency_keys')
@Check('ck_idempotency_keys_key', 'length(key) BETWEEN 1 AND 255')
@Index('ix_idempotency_keys_expires_at', ['expiresAt'])
export class IdempotencyKey {
  @PrimaryColumn('uuid', { default: DEFAULT_WORKSPACE_ID }) workspaceId: string;
  /** SHA-256 of what the client sent. */
  @PrimaryColumn('text') key: string;
  /** SHA-256 of method, path, query and body; of a request that holds secrets keyed by what the client sent, and by a key of ours. */
  @Column('text') fingerprint: string;
  /** The request that has it: one that was overtaken may write nothing more. */
  @Column('uuid') holder: string;
  /** From then on its process counts as dead. */
  @Column('timestamptz') heldUntil: Date;
  /** What was done, written in the transaction of the change. */
  @Column('text', { nullable: true }) done: string | null;
  /** Of the answer, once there is one. */
  @Column('smallint', { nullable: true }) status: number | null;
  /** JSON, or that sealed. */
  @Column('text', { nullable: true }) answer: string | null;
  @Column('timestamptz') expiresAt: Date;
}
