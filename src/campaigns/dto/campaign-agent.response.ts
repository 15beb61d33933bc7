import { ApiProperty } from '@nestjs/swagger';
import type { AssignedAgent } from '../campaign-agents.repository.js';

const CAMPAIGN_ID = '01994c1e-52d0-7b1f-8d3a-6c0f9e2b7a41';
const AGENT_ID = '01994c1e-7a3b-7c52-9a3e-2f4b8d1c6e70';

/** What an assignment shows of its agent. */
export class AssignedAgentResponse {
  @ApiProperty({ format: 'uuid', example: AGENT_ID })
  id: string;

  @ApiProperty({ example: 'Sales Agent' })
  name: string;

  @ApiProperty({ example: true })
  isActive: boolean;
}

/** An agent working for a campaign. */
export class CampaignAgentResponse {
  @ApiProperty({ format: 'uuid', example: CAMPAIGN_ID })
  campaignId: string;

  @ApiProperty({ format: 'uuid', example: AGENT_ID })
  agentId: string;

  @ApiProperty({ example: true })
  isPrimary: boolean;

  @ApiProperty({ format: 'date-time', example: '2025-10-07T20:00:00.000Z' })
  createdAt: Date;

  @ApiProperty({ type: AssignedAgentResponse })
  agent: AssignedAgentResponse;
}

/** An assignment that is no more. */
export class RemovedCampaignAgentResponse {
  @ApiProperty({ format: 'uuid', example: CAMPAIGN_ID })
  campaignId: string;

  @ApiProperty({ format: 'uuid', example: AGENT_ID })
  agentId: string;
}

export function toCampaignAgentResponse(assigned: AssignedAgent): CampaignAgentResponse {
  const { campaignId, agentId, isPrimary, createdAt, agent } = assigned;
  const { id, name, isActive } = agent;
  return { campaignId, agentId, isPrimary, createdAt, agent: { id, name, isActive } };
}
