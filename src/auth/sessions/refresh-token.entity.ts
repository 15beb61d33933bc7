import { Column, CreateDateColumn, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { DEFAULT_WORKSPACE_ID } from '../../database/index.js';

/** A refresh token, used or not. Used ones are kept as long as their session: one that comes again was stolen. */
@Entity('refresh_tokens')
@ForeignKey('login_sessions', ['sessionId'], ['id'], {
  name: 'fk_refresh_tokens_session_id',
  onDelete: 'CASCADE',
})
@Index('ix_refresh_tokens_session_id', ['sessionId'])
export class RefreshToken {
  /** SHA-256. */
  @PrimaryColumn('bytea') hash: Buffer;
  @Column('uuid', { default: DEFAULT_WORKSPACE_ID }) workspaceId: string;
  @Column('uuid') sessionId: string;
  @Column('timestamptz', { nullable: true }) usedAt: Date | null;
  @CreateDateColumn({ type: 'timestamptz' }) createdAt: Date;
}
