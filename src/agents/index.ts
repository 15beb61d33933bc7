export { AgentHooks, type AgentUsageHook } from './agent-hooks.js';
export type { Agent } from './agent.entity.js';
export { AgentsModule } from './agents.module.js';
export {
  DEFAULT_GREETING,
  placeholdersOf,
  renderGreeting,
  wordsFor,
  type GreetingValues,
} from './greeting.js';
export { CreateAgentDto } from './dto/create-agent.dto.js';
export { AgentsService } from './agents.service.js';
