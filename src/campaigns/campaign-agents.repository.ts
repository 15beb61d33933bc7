import { Injectable } from '@nestjs/common';
import { offsetOf, type Page } from '../common/index.js';
import { Database, type Tx } from '../database/index.js';

/** An assignment with what is worth showing of its agent. */
export interface AssignedAgent {
  campaignId: string;
  agentId: string;
  isPrimary: boolean;
  createdAt: Date;
  agent: { id: string; name: string; isActive: boolean };
}

type Row = Omit<AssignedAgent, 'agent'> & Omit<AssignedAgent['agent'], 'id'>;

const ASSIGNED = `
  SELECT ca.campaign_id AS "campaignId", ca.agent_id AS "agentId", ca.is_primary AS "isPrimary",
         ca.created_at AS "createdAt", a.name, a.is_active AS "isActive"
    FROM campaign_agents ca JOIN agents a ON a.id = ca.agent_id`;

@Injectable()
export class CampaignAgentsRepository {
  constructor(private readonly database: Database) {}

  /** The primary agent first, then in the order they were assigned; all of them where no page is asked for. */
  async list(campaignId: string, page?: Page): Promise<AssignedAgent[]> {
    const rows = await this.database.query<Row>(
      `${ASSIGNED} WHERE ca.campaign_id = $1
        ORDER BY ca.is_primary DESC, ca.created_at, ca.agent_id LIMIT $2 OFFSET $3`,
      [campaignId, page?.limit ?? null, page ? offsetOf(page) : 0],
    );
    return rows.map(toAssigned);
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
    const rows = await this.database.query(
      'SELECT id FROM agents WHERE id = $1 FOR KEY SHARE',
      [agentId],
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
      `INSERT INTO campaign_agents AS ca (campaign_id, agent_id, is_primary)
       VALUES ($1, $2, coalesce($3::boolean, false))
       ON CONFLICT (campaign_id, agent_id) DO UPDATE SET is_primary = coalesce($3::boolean, ca.is_primary)
       RETURNING xmax = 0 AS "isNew"`,
      [campaignId, agentId, isPrimary ?? null],
      tx,
    );
    return row?.isNew ?? false;
  }

  /** False when the agent was not assigned. */
  async remove(campaignId: string, agentId: string): Promise<boolean> {
    const { affected } = await this.database.run(
      'DELETE FROM campaign_agents WHERE campaign_id = $1 AND agent_id = $2',
      [campaignId, agentId],
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

function toAssigned({ name, isActive, ...row }: Row): AssignedAgent {
  return { ...row, agent: { id: row.agentId, name, isActive } };
}
