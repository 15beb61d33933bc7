import { Column, Entity, PrimaryColumn } from 'typeorm';
import { DEFAULT_WORKSPACE_ID } from './constants.js';

/** Who may do a job that only one process at a time may do, and until when (database clock). */
@Entity('leases')
export class Lease {
  @PrimaryColumn('text') name: string;
  @Column('uuid', { default: DEFAULT_WORKSPACE_ID }) workspaceId: string;
  @Column('uuid') holder: string;
  @Column('timestamptz') expiresAt: Date;
}
