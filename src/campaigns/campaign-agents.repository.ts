import { Injectable } from '@nestjs/common';
import { sliceOf, startOf, type Page, type Slice } from '../common/index.js';
import { andOwn, Database, type Tx } from '../database/index.js';

/** An assignment with what is worth showing of its agent. */
export interface AssignedAgent {
  campaignId: string;
  agentId: string;
  isPrimary: boolean;
  createdAt: Date;
  agent: { id: string; name: string; isActive: boolean };
}

type Row = Omit<AssignedAgent, 'agent'> & Omit<AssignedAgent['agent'], 'id'> & { micros: number };

/** A Date would cut the microseconds off, and the cursor would point before its own row. */
const MICROS = '(extract(epoch FROM ca.created_at) * 1000000)::float8';

const ASSIGNED = `
  SELECT ca.campaign_id AS "campaignId", ca.agent_id AS "agentId", ca.is_primary AS "isPrimary",
         ca.created_at AS "createdAt", ${MICROS} AS micros, a.name, a.is_active AS "isActive"
    FROM campaign_agents ca JOIN agents a ON a.id = ca.agent_id`;

const PRIMARY_FIRST = 'ca.is_primary DESC, ca.created_at, ca.agent_id';
const ASSIGNMENTS = { name: 'assignments', key: ['integer', 'micros', 'id'] } as const;

@Injectable()
export class CampaignAgentsRepository {
  constructor(private readonly database: Database) {}

  /** All of them, the primary agent first, then in the order they were assigned. */
  async list(campaignId: string): Promise<AssignedAgent[]> {
    const rows = await this.database.query<Row>(
      `${ASSIGNED} WHERE ca.campaign_id = $1 ORDER BY ${PRIMARY_FIRST}`,
      [campaignId],
    );
    return rows.map(toAssigned);
  }

  /** `list`, page by page. A campaign has few agents: its pages are cut from all of them. */
  async page(campaignId: string, page: Page): Promise<Slice<AssignedAgent>> {
    const { after, offset, take } = startOf(page, ASSIGNMENTS);
    const rows = await this.database.query<Row>(
      `${ASSIGNED} WHERE ca.campaign_id = $1
         AND ($4::int IS NULL OR ((NOT ca.is_primary)::int, ${MICROS}, ca.agent_id) > ($4::int, $5::float8, $6::uuid))
        ORDER BY ${PRIMARY_FIRST} LIMIT $2 OFFSET $3`,
      [campaignId, take, offset, ...(after ?? [null, null, null])],
    );
    const keyOf = (row: Row) => [row.isPrimary ? 0 : 1, row.micros, row.agentId];
    const { items, ...slice } = sliceOf(rows, page, ASSIGNMENTS, keyOf);
    return { ...slice, items: items.map(toAssigned) };
  }

  async find(campaignId: string, agentId: string): Promise<AssignedAgent | undefined> {
    const rows = await this.database.query<Row>(
      `${ASSIGNED} WHERE ca.campaign_id = $1 AND ca.agent_id = $2`,
      [campaignId, agentId],
    );
    return rows.map(toAssigned)[0];
  }

  /** How many agents each campaign has; one without any is absent. */
  async count(campaignIds: string[]): Promise<Map<string, number>> {
    const rows = await this.database.query<{ id: string; agents: number }>(
      `SELECT campaign_id AS id, count(*)::int AS agents FROM campaign_agents
        WHERE campaign_id = ANY($1::uuid[]) GROUP BY campaign_id`,
      [campaignIds],
    );
    return new Map(rows.map((row) => [row.id, row.agents]));
  }

  /** Whether each assigned agent is active. Locks the agents by id until `tx` ends: none can be deleted meanwhile. */
  async lockAssigned(tx: Tx, campaignId: string): Promise<boolean[]> {
    const rows = await this.database.query<{ isActive: boolean }>(
      `SELECT is_active AS "isActive" FROM agents
        WHERE id IN (SELECT agent_id FROM campaign_agents WHERE campaign_id = $1)
        ORDER BY id FOR KEY SHARE`,
      [campaignId],
      tx,
    );
    return rows.map((row) => row.isActive);
  }

  /** Locks the agent against its delete; false when there is no such agent. */
  async lockAgent(tx: Tx, agentId: string): Promise<boolean> {
    const values = [agentId];
    const rows = await this.database.query(
      `SELECT id FROM agents WHERE id = $1${andOwn(values)} FOR KEY SHARE`,
      values,
      tx,
    );
    return rows.length === 1;
  }

  /** Takes the primary place from whoever else has it. `tx` must hold the campaign's lock. */
  async clearPrimary(tx: Tx, campaignId: string, exceptAgentId: string): Promise<void> {
    await this.database.run(
      'UPDATE campaign_agents SET is_primary = false WHERE campaign_id = $1 AND is_primary AND agent_id <> $2',
      [campaignId, exceptAgentId],
      tx,
    );
  }

  /** Assigns, or changes `isPrimary` (undefined: no change) of an agent already assigned. Answers whether it is new. */
  async upsert(tx: Tx, campaignId: string, agentId: string, isPrimary?: boolean): Promise<boolean> {
    const [row] = await this.database.query<{ isNew: boolean }>(
      `INSERT INTO campaign_agents AS ca (campaign_id, agent_id, is_primary, workspace_id)
       SELECT id, $2, coalesce($3::boolean, false), workspace_id FROM campaigns WHERE id = $1
       ON CONFLICT (campaign_id, agent_id) DO UPDATE SET is_primary = coalesce($3::boolean, ca.is_primary)
       RETURNING xmax = 0 AS "isNew"`,
      [campaignId, agentId, isPrimary ?? null],
      tx,
    );
    return row?.isNew ?? false;
  }

  /** False when the agent was not assigned. */
  async remove(tx: Tx, campaignId: string, agentId: string): Promise<boolean> {
    const values = [campaignId, agentId];
    const { affected } = await this.database.run(
      `DELETE FROM campaign_agents WHERE campaign_id = $1 AND agent_id = $2${andOwn(values)}`,
      values,
      tx,
    );
    return affected === 1;
  }

  async isInActiveCampaign(agentId: string, tx: Tx): Promise<boolean> {
    const rows = await this.database.query(
      `SELECT 1 FROM campaign_agents ca JOIN campaigns c ON c.id = ca.campaign_id
        WHERE ca.agent_id = $1 AND c.status = 'active' LIMIT 1`,
      [agentId],
      tx,
    );
    return rows.length > 0;
  }
}

function toAssigned({ campaignId, agentId, isPrimary, createdAt, name, isActive }: Row): AssignedAgent {
  return { campaignId, agentId, isPrimary, createdAt, agent: { id: agentId, name, isActive } };
}
