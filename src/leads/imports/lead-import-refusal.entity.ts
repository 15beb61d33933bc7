import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { DEFAULT_WORKSPACE_ID } from '../../database/index.js';

/** A row of a file that could not be a lead. */
@Entity('lead_import_refusals')
@ForeignKey('lead_imports', ['importId'], ['id'], {
  name: 'fk_lead_import_refusals_import_id',
  onDelete: 'CASCADE',
})
export class LeadImportRefusal {
  @PrimaryColumn('uuid') importId: string;
  /** Of the file, from 1. */
  @PrimaryColumn('integer') line: number;
  @Column('uuid', { default: DEFAULT_WORKSPACE_ID }) workspaceId: string;
  @Column('text') reason: string;
  @Column('json') cells: string[];
}
