import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, LessThan, type Repository } from 'typeorm';
import { newId, sliceOf, startOf, type Page, type Paged } from '../common/index.js';
import { andOwn, Database, newRowsWorkspace, ofWorkspace, type Tx } from '../database/index.js';
import { Agent } from './agent.entity.js';

/** What a caller may set; absent means the default, or no change. */
export type AgentFields = Partial<
  Pick<
    Agent,
    | 'name'
    | 'description'
    | 'voiceId'
    | 'personality'
    | 'systemPrompt'
    | 'greeting'
    | 'isActive'
    | 'maxConcurrentCalls'
  >
>;

const NEWEST_FIRST = { name: 'agents', key: ['id'] } as const;

@Injectable()
export class AgentsRepository {
  constructor(
    @InjectRepository(Agent) private readonly agents: Repository<Agent>,
    private readonly database: Database,
  ) {}

  async insert(fields: AgentFields & { name: string }): Promise<string> {
    const id = newId();
    await this.agents.insert({ id, workspaceId: newRowsWorkspace(), ...fields });
    return id;
  }

  find(id: string): Promise<Agent | null> {
    return this.agents.findOneBy({ id, ...ofWorkspace() });
  }

  findMany(ids: string[]): Promise<Agent[]> {
    return this.agents.findBy({ id: In(ids), ...ofWorkspace() });
  }

  /** Newest first. */
  async list(page: Page, isActive?: boolean): Promise<Paged<Agent>> {
    const { after, offset, take } = startOf(page, NEWEST_FIRST);
    const where = { ...ofWorkspace(), ...(isActive !== undefined && { isActive }) };
    const beyond = after ? { id: LessThan(String(after[0])) } : {};
    const [rows, total] = await Promise.all([
      this.agents.find({ where: { ...where, ...beyond }, order: { id: 'DESC' }, skip: offset, take }),
      this.agents.countBy(where),
    ]);
    return { ...sliceOf(rows, page, NEWEST_FIRST, ({ id }) => [id]), total };
  }

  /** False when there is no such agent. */
  async update(id: string, fields: AgentFields): Promise<boolean> {
    const result = await this.agents.update(
      { id, ...ofWorkspace() },
      { ...fields, updatedAt: () => 'now()' },
    );
    return result.affected === 1;
  }

  /** Locks the agent against everything, also against being referred to anew; false when there is no such agent. */
  async lock(tx: Tx, id: string): Promise<boolean> {
    const values = [id];
    const sql = `SELECT id FROM agents WHERE id = $1${andOwn(values)} FOR UPDATE`;
    const rows = await this.database.query(sql, values, tx);
    return rows.length === 1;
  }

  async delete(tx: Tx, id: string): Promise<void> {
    await this.database.run('DELETE FROM agents WHERE id = $1', [id], tx);
  }

  /** Open calls by agent; an agent without any is absent. */
  async openCalls(ids: string[], tx?: Tx): Promise<Map<string, number>> {
    const rows = await this.database.query<{ id: string; open: number }>(
      `SELECT agent_id AS id, count(*)::int AS open FROM calls
        WHERE agent_id = ANY($1::uuid[]) AND ended_at IS NULL GROUP BY agent_id`,
      [ids],
      tx,
    );
    return new Map(rows.map((row) => [row.id, row.open]));
  }
}
