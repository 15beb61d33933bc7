import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { DEFAULT_WORKSPACE_ID } from '../../database/index.js';

/** A piece of a file that waits for its import, in Postgres so that a worker on any machine can read it. */
@Entity('lead_import_chunks')
@ForeignKey('lead_imports', ['importId'], ['id'], {
  name: 'fk_lead_import_chunks_import_id',
  onDelete: 'CASCADE',
})
export class LeadImportChunk {
  @PrimaryColumn('uuid') importId: string;
  /** From 0. */
  @PrimaryColumn('integer') number: number;
  @Column('uuid', { default: DEFAULT_WORKSPACE_ID }) workspaceId: string;
  @Column('bytea') bytes: Buffer;
}
