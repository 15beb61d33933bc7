import { ApiProperty } from '@nestjs/swagger';
import type { Agent } from '../agent.entity.js';

/** An agent as the API shows it, with its load at this moment. */
export class AgentResponse {
  @ApiProperty({ format: 'uuid', example: '01994c1e-7a3b-7c52-9a3e-2f4b8d1c6e70' })
  id: string;

  @ApiProperty({ example: 'Sales Agent' })
  name: string;

  @ApiProperty({ type: String, nullable: true, example: 'Handles sales inquiries' })
  description: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'voice_123' })
  voiceId: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'Professional and friendly' })
  personality: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'You are a helpful sales assistant...' })
  systemPrompt: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'Hello {{name}}, this is the sales team.' })
  greeting: string | null;

  @ApiProperty({ example: true })
  isActive: boolean;

  @ApiProperty({ type: 'integer', example: 3 })
  maxConcurrentCalls: number;

  @ApiProperty({ type: 'integer', description: 'Calls the agent has open now', example: 0 })
  activeCalls: number;

  @ApiProperty({ format: 'date-time', example: '2025-10-07T20:00:00.000Z' })
  createdAt: Date;

  @ApiProperty({ format: 'date-time', example: '2025-10-07T20:00:00.000Z' })
  updatedAt: Date;
}

/** What is left of a deleted agent. */
export class DeletedAgentResponse {
  @ApiProperty({ format: 'uuid', example: '01994c1e-7a3b-7c52-9a3e-2f4b8d1c6e70' })
  id: string;
}

export function toAgentResponse(agent: Agent, activeCalls: number): AgentResponse {
  return {
    id: agent.id,
    name: agent.name,
    description: agent.description,
    voiceId: agent.voiceId,
    personality: agent.personality,
    systemPrompt: agent.systemPrompt,
    greeting: agent.greeting,
    isActive: agent.isActive,
    maxConcurrentCalls: agent.maxConcurrentCalls,
    activeCalls,
    createdAt: agent.createdAt,
    updatedAt: agent.updatedAt,
  };
}
