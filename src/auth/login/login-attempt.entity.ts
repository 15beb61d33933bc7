import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { DEFAULT_WORKSPACE_ID } from '../../database/index.js';

/** Logins that failed lately, of one account or from one address. */
@Entity('login_attempts')
@Index('ix_login_attempts_expires_at', ['expiresAt'])
export class LoginAttempt {
  /** `account:<SHA-256 of the e-mail address>` or `address:<network>`. */
  @PrimaryColumn('text') subject: string;
  @Column('uuid', { default: DEFAULT_WORKSPACE_ID }) workspaceId: string;
  @Column('integer') failures: number;
  /** Forgotten from then on. */
  @Column('timestamptz') expiresAt: Date;
}
