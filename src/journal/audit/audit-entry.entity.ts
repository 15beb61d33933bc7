import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { Actor } from '../../common/index.js';
import { DEFAULT_WORKSPACE_ID } from '../../database/index.js';

/** Who changed what: written once, never changed. */
@Entity('audit_entries')
@Check('ck_audit_entries_actor_kind', `actor_kind IN ('user','api_key','open','system')`)
@Index('ix_audit_entries_workspace_id_id', ['workspaceId', 'id'])
@Index('ix_audit_entries_workspace_id_entity_id', ['workspaceId', 'entity', 'id'])
@Index('ix_audit_entries_workspace_id_action_id', ['workspaceId', 'action', 'id'])
@Index('ix_audit_entries_workspace_id_entity_id_id', { synchronize: false })
@Index('ix_audit_entries_workspace_id_campaign_id_id', { synchronize: false })
@Index('ix_audit_entries_workspace_id_actor_id_id', { synchronize: false })
export class AuditEntry {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { default: DEFAULT_WORKSPACE_ID }) workspaceId: string;
  /** The instant in `id`: lists are in the order of both. */
  @Column('timestamptz') at: Date;
  @Column('text') actorKind: Actor['kind'];
  @Column('text', { nullable: true }) actorId: string | null;
  @Column('text') actorName: string;
  /** `campaign.started`. */
  @Column('text') action: string;
  /** `campaign`. */
  @Column('text') entity: string;
  @Column('text', { nullable: true }) entityId: string | null;
  /** The campaign it was about, also where the entity is a lead of it. */
  @Column('uuid', { nullable: true }) campaignId: string | null;
  /** The fields that changed, as they were; no person's data and no secret. */
  @Column('jsonb', { nullable: true }) before: object | null;
  /** The fields that changed, as they are now. */
  @Column('jsonb', { nullable: true }) after: object | null;
  /** Counts, causes. */
  @Column('jsonb', { nullable: true }) details: object | null;
  @Column('text', { nullable: true }) address: string | null;
  @Column('text', { nullable: true }) requestId: string | null;
}
