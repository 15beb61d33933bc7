import { Check, Column, CreateDateColumn, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { DEFAULT_WORKSPACE_ID } from '../../database/index.js';

/** Why a session ended before its time. */
export type RevokedFor = 'logout' | 'reuse' | 'user_changed';

/** One login, and the family of the refresh tokens that came of it. */
@Entity('login_sessions')
@ForeignKey('users', ['userId'], ['id'], { name: 'fk_login_sessions_user_id', onDelete: 'CASCADE' })
@Check('ck_login_sessions_revoked_for', `revoked_for IN ('logout','reuse','user_changed')`)
@Index('ix_login_sessions_user_id', ['userId'])
export class LoginSession {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { default: DEFAULT_WORKSPACE_ID }) workspaceId: string;
  @Column('uuid') userId: string;
  /** Where the login came from. */
  @Column('text', { nullable: true }) address: string | null;
  @Column('timestamptz') expiresAt: Date;
  @Column('timestamptz', { nullable: true }) revokedAt: Date | null;
  @Column('text', { nullable: true }) revokedFor: RevokedFor | null;
  @CreateDateColumn({ type: 'timestamptz' }) createdAt: Date;
}
