import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

/** Whom rows belong to. */
@Entity('workspaces')
export class Workspace {
  @PrimaryColumn('uuid') id: string;
  @Column('text') name: string;
  @CreateDateColumn({ type: 'timestamptz' }) createdAt: Date;
}
