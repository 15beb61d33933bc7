import {
  Check,
  Column,
  CreateDateColumn,
  Entity,
  ForeignKey,
  Index,
  PrimaryColumn,
  UpdateDateColumn,
} from 'typeorm';
import { DEFAULT_WORKSPACE_ID } from '../database/index.js';

/** An AI voice agent: voice, personality, system prompt, capacity. */
@Entity('agents')
@ForeignKey('workspaces', ['workspaceId'], ['id'], { name: 'fk_agents_workspace_id' })
@Check('ck_agents_max_concurrent_calls', 'max_concurrent_calls BETWEEN 1 AND 1000')
@Index('ix_agents_workspace_id_id', ['workspaceId', 'id'])
export class Agent {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { default: DEFAULT_WORKSPACE_ID }) workspaceId: string;
  @Column('text') name: string;
  @Column('text', { nullable: true }) description: string | null;
  @Column('text', { nullable: true }) voiceId: string | null;
  @Column('text', { nullable: true }) personality: string | null;
  @Column('text', { nullable: true }) systemPrompt: string | null;
  /** What the agent says first, a template: `{{name}}`, `{{metadata.company}}`. */
  @Column('text', { nullable: true }) greeting: string | null;
  @Column('boolean', { default: true }) isActive: boolean;
  /** Open calls this agent may have at once, over all campaigns. */
  @Column('integer', { default: 3 }) maxConcurrentCalls: number;
  @CreateDateColumn({ type: 'timestamptz' }) createdAt: Date;
  @UpdateDateColumn({ type: 'timestamptz' }) updatedAt: Date;
}
