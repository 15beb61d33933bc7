import { Injectable } from '@nestjs/common';
import { HookRegistry } from '../common/index.js';
import type { Tx } from '../database/index.js';

/** Answers whether an agent works for something that runs; asked inside the deleting transaction. */
export interface AgentUsageHook {
  /** @param tx holds the agent's row lock: the question must be asked on it, or two requests use up the pool. */
  isInUse(agentId: string, tx: Tx): Promise<boolean>;
}

/** What agents ask of the rooms above. */
@Injectable()
export class AgentHooks {
  readonly usage = new HookRegistry<AgentUsageHook>();
}
