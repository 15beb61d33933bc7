import {
  Check,
  Column,
  CreateDateColumn,
  Entity,
  ForeignKey,
  Index,
  PrimaryColumn,
  Unique,
  UpdateDateColumn,
} from 'typeorm';
import type { Role } from '../../common/index.js';
import { DEFAULT_WORKSPACE_ID } from '../../database/index.js';

/** A person who may log in. */
@Entity('users')
@ForeignKey('workspaces', ['workspaceId'], ['id'], { name: 'fk_users_workspace_id' })
@Check('ck_users_email', 'email = lower(email)')
@Check('ck_users_role', `role IN ('viewer','operator','manager','owner')`)
@Unique('uq_users_workspace_id_email', ['workspaceId', 'email'])
@Index('ix_users_email', ['email'])
@Index('ix_users_workspace_id_id', ['workspaceId', 'id'])
export class User {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { default: DEFAULT_WORKSPACE_ID }) workspaceId: string;
  /** In lower case. */
  @Column('text') email: string;
  @Column('text', { nullable: true }) name: string | null;
  @Column('text') role: Role;
  /** argon2id, in the PHC format: its own salt and costs are in it. */
  @Column('text') passwordHash: string;
  @Column('boolean', { default: true }) isActive: boolean;
  @Column('timestamptz', { nullable: true }) lastLoginAt: Date | null;
  @CreateDateColumn({ type: 'timestamptz' }) createdAt: Date;
  @UpdateDateColumn({ type: 'timestamptz' }) updatedAt: Date;
}
