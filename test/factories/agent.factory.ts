import { newId } from '../../src/common/index.js';
import { insertRow, type Sql } from './sql.js';

/** The body of POST /agents, as the contract has it. */
export function agentBody(overrides: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    name: 'Sales Agent',
    description: 'Handles sales inquiries',
    voiceId: 'voice_123',
    personality: 'Professional and friendly',
    systemPrompt: 'You are a helpful sales assistant...',
    ...overrides,
  };
}

/** An agent straight into the table, by column names; answers its id. */
export async function insertAgent(sql: Sql, overrides: Record<string, unknown> = {}): Promise<string> {
  const { id } = await insertRow<{ id: string }>(sql, 'agents', {
    id: newId(),
    name: 'Sales Agent',
    ...overrides,
  });
  return id;
}
