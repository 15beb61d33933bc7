import { ApiProperty } from '@nestjs/swagger';
import type { CampaignDetail, CampaignWithCounts } from '../campaigns.service.js';
import { CampaignAgentResponse, toCampaignAgentResponse } from './campaign-agent.response.js';
import { CampaignResponse, toCampaignResponse } from './campaign.response.js';

/** Exact numbers of what belongs to a campaign. */
export class CampaignCountResponse {
  @ApiProperty({ type: 'integer', example: 150 })
  leads: number;

  @ApiProperty({ type: 'integer', example: 2 })
  campaignAgents: number;
}

/** A campaign in a list. */
export class CampaignListItemResponse extends CampaignResponse {
  @ApiProperty({ type: CampaignCountResponse })
  _count: CampaignCountResponse;
}

/** A campaign with its first leads and its agents. */
export class CampaignDetailResponse extends CampaignListItemResponse {
  @ApiProperty({
    type: 'array',
    items: { type: 'object', additionalProperties: true },
    description: 'The first 50 leads; GET /campaigns/{id}/leads has them all',
  })
  leads: unknown[];

  @ApiProperty({ type: [CampaignAgentResponse] })
  campaignAgents: CampaignAgentResponse[];
}

export function toCampaignListItem({
  campaign,
  totals,
  agents,
}: CampaignWithCounts): CampaignListItemResponse {
  return {
    ...toCampaignResponse(campaign, totals),
    _count: { leads: totals.totalLeads, campaignAgents: agents },
  };
}

export function toCampaignDetail(detail: CampaignDetail): CampaignDetailResponse {
  const { assignments, leads } = detail;
  return {
    ...toCampaignListItem({ ...detail, agents: assignments.length }),
    leads,
    campaignAgents: assignments.map(toCampaignAgentResponse),
  };
}
