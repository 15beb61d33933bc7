import { Injectable } from '@nestjs/common';
import { notFound, ruleError, type Page, type Paged } from '../common/index.js';
import { Database, type Tx } from '../database/index.js';
import { Audit, changed } from '../journal/index.js';
import { AgentHooks } from './agent-hooks.js';
import type { Agent } from './agent.entity.js';
import { AgentsRepository, type AgentFields } from './agents.repository.js';

/** An agent and the calls it has open now. */
export interface AgentWithLoad {
  agent: Agent;
  activeCalls: number;
}

@Injectable()
export class AgentsService {
  constructor(
    private readonly agents: AgentsRepository,
    private readonly database: Database,
    private readonly hooks: AgentHooks,
    private readonly audit: Audit,
  ) {}

  /** @throws DomainError `AGENT_NOT_FOUND` */
  async require(id: string): Promise<Agent> {
    const agent = await this.agents.find(id);
    if (!agent) throw notFound('Agent');
    return agent;
  }

  /** The agents among `ids` that exist, in no order. */
  findMany(ids: string[]): Promise<Agent[]> {
    return this.agents.findMany(ids);
  }

  async create(fields: AgentFields & { name: string }): Promise<AgentWithLoad> {
    const created = await this.database.transaction(async (tx) => {
      const id = await this.agents.insert(tx, fields);
      await this.audit.record(tx, { action: 'agent.created', entity: 'agent', entityId: id, after: fields });
      return id;
    });
    return this.get(created);
  }

  /** @throws DomainError `AGENT_NOT_FOUND` */
  async get(id: string): Promise<AgentWithLoad> {
    const agent = await this.require(id);
    const open = await this.agents.openCalls([agent.id]);
    return { agent, activeCalls: open.get(agent.id) ?? 0 };
  }

  async list(page: Page, isActive?: boolean): Promise<Paged<AgentWithLoad>> {
    const { items, ...paged } = await this.agents.list(page, isActive);
    const open = await this.agents.openCalls(items.map((agent) => agent.id));
    return { ...paged, items: items.map((agent) => ({ agent, activeCalls: open.get(agent.id) ?? 0 })) };
  }

  /** Changes the fields given. @throws DomainError `AGENT_NOT_FOUND` */
  async update(id: string, fields: AgentFields): Promise<AgentWithLoad> {
    await this.database.transaction(async (tx) => {
      const agent = await this.agents.findLocked(tx, id);
      if (!agent) throw notFound('Agent');
      await this.agents.update(tx, id, fields);
      const change = { action: 'agent.updated', entity: 'agent', entityId: id };
      await this.audit.record(tx, { ...change, ...changed(agent, fields) });
    });
    return this.get(id);
  }

  /**
   * Deletes an agent and its assignments. The row lock is taken before the question is asked: a campaign that
   * starts meanwhile either has committed, and is seen, or waits for the lock and no longer finds the agent.
   * @throws DomainError `AGENT_NOT_FOUND`, `AGENT_IN_USE`, `AGENT_HAS_OPEN_CALLS`
   */
  async delete(id: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const name = await this.agents.lock(tx, id);
      if (name === undefined) throw notFound('Agent');
      await this.refuseIfUsed(tx, id);
      await this.agents.delete(tx, id);
      const change = { action: 'agent.deleted', entity: 'agent', entityId: id };
      await this.audit.record(tx, { ...change, before: { name } });
    });
  }

  private async refuseIfUsed(tx: Tx, id: string): Promise<void> {
    for (const hook of this.hooks.usage.all()) {
      if (await hook.isInUse(id, tx)) {
        throw ruleError(
          'AGENT_IN_USE',
          'Cannot delete an agent that is assigned to an active campaign',
          'Pause or stop the campaign, or take the agent off it, first',
        );
      }
    }
    if ((await this.agents.openCalls([id], tx)).size > 0) {
      throw ruleError(
        'AGENT_HAS_OPEN_CALLS',
        'Cannot delete an agent that has open calls',
        'Wait until they end',
      );
    }
  }
}
