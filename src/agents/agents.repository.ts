import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, LessThan, type Repository } from 'typeorm';
import { newId, sliceOf, startOf, type Page, type Paged } from '../common/index.js';
import { andOwn, Database, newRowsWorkspace, ofWorkspace, rowsIn, type Tx } from '../database/index.js';
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

  async insert(tx: Tx, fields: AgentFields & { name: string }): Promise<string> {
    const id = newId();
    await rowsIn(tx, Agent).insert({ id, workspaceId: newRowsWorkspace(), ...fields });
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

  /** The agent, locked against other changes until `tx` ends. */
  findLocked(tx: Tx, id: string): Promise<Agent | null> {
    const where = { id, ...ofWorkspace() };
    return rowsIn(tx, Agent).findOne({ where, lock: { mode: 'for_no_key_update' } });
  }

  async update(tx: Tx, id: string, fields: AgentFields): Promise<void> {
    await rowsIn(tx, Agent).update({ id, ...ofWorkspace() }, { ...fields, updatedAt: () => 'now()' });
  }

  /** Locks the agent against everything, also against being referred to anew, and answers its name, if there is one. */
  async lock(tx: Tx, id: string): Promise<string | undefined> {
    const values = [id];
    const sql = `SELECT name FROM agents WHERE id = $1${andOwn(values)} FOR UPDATE`;
    const [row] = await this.database.query<{ name: string }>(sql, values, tx);
    return row?.name;
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
