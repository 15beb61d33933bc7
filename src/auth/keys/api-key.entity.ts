import { Check, Column, CreateDateColumn, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import type { Role } from '../../common/index.js';
import { DEFAULT_WORKSPACE_ID } from '../../database/index.js';

/** A key of a program. The key itself is nowhere: only its hash. */
@Entity('api_keys')
@ForeignKey('workspaces', ['workspaceId'], ['id'], { name: 'fk_api_keys_workspace_id' })
@Check('ck_api_keys_hash', 'octet_length(hash) = 32')
@Check('ck_api_keys_role', `role IN ('viewer','operator','manager','owner')`)
@Unique('uq_api_keys_prefix', ['prefix'])
@Index('ix_api_keys_workspace_id_id', ['workspaceId', 'id'])
export class ApiKey {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { default: DEFAULT_WORKSPACE_ID }) workspaceId: string;
  @Column('text') name: string;
  /** The key's public beginning, by which it is found. */
  @Column('text') prefix: string;
  /** SHA-256 of the whole key: 256 random bits need no slow hash. */
  @Column('bytea') hash: Buffer;
  @Column('text') role: Role;
  /** What it is limited to, e.g. `leads:write`; null: whatever its role may. */
  @Column('text', { array: true, nullable: true }) scopes: string[] | null;
  /** The name of who made it. */
  @Column('text') createdBy: string;
  @Column('timestamptz', { nullable: true }) expiresAt: Date | null;
  @Column('timestamptz', { nullable: true }) revokedAt: Date | null;
  /** To the minute. */
  @Column('timestamptz', { nullable: true }) lastUsedAt: Date | null;
  /** The key that a rotation made in its place. */
  @Column('uuid', { nullable: true }) replacedBy: string | null;
  @CreateDateColumn({ type: 'timestamptz' }) createdAt: Date;
}
