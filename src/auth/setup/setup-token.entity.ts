import { Column, Entity, PrimaryColumn } from 'typeorm';
import { DEFAULT_WORKSPACE_ID } from '../../database/index.js';

/** A one-time right to make the first owner. */
@Entity('setup_tokens')
export class SetupToken {
  /** SHA-256. */
  @PrimaryColumn('bytea') hash: Buffer;
  @Column('uuid', { default: DEFAULT_WORKSPACE_ID }) workspaceId: string;
  @Column('timestamptz') expiresAt: Date;
}
