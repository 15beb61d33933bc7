import { Injectable, type OnModuleInit } from '@nestjs/common';
import { AgentHooks, type AgentUsageHook } from '../agents/index.js';
import type { Tx } from '../database/index.js';
import { CampaignAgentsRepository } from './campaign-agents.repository.js';

/** Answers the agents room's question before a delete: does an active campaign work with this agent? */
@Injectable()
export class AgentUsage implements AgentUsageHook, OnModuleInit {
  constructor(
    private readonly assignments: CampaignAgentsRepository,
    private readonly hooks: AgentHooks,
  ) {}

  onModuleInit(): void {
    this.hooks.usage.add(this);
  }

  isInUse(agentId: string, tx: Tx): Promise<boolean> {
    return this.assignments.isInActiveCampaign(agentId, tx);
  }
}
