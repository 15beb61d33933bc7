import { Column, Entity, PrimaryColumn } from 'typeorm';
import { DEFAULT_WORKSPACE_ID } from '../database/index.js';

/** How many carrier callbacks came to what, day by day (UTC). */
@Entity('callback_tallies')
export class CallbackTally {
  @PrimaryColumn('date') day: string;
  @PrimaryColumn('text') result: string;
  @Column('uuid', { default: DEFAULT_WORKSPACE_ID }) workspaceId: string;
  @Column('bigint', { default: 0 }) count: string;
}
