import { ApiProperty } from '@nestjs/swagger';
import type { CampaignProgress } from '../campaigns.service.js';

/** What a start, stop, pause or resume was about. */
export class CampaignMoveResponse {
  @ApiProperty({ format: 'uuid', example: '01994c1e-52d0-7b1f-8d3a-6c0f9e2b7a41' })
  campaignId: string;

  @ApiProperty({ type: 'integer', example: 150 })
  totalLeads: number;

  @ApiProperty({ type: 'integer', example: 3 })
  maxConcurrent: number;
}

export function toCampaignMove({ campaign, totals }: CampaignProgress): CampaignMoveResponse {
  return {
    campaignId: campaign.id,
    totalLeads: totals.totalLeads,
    maxConcurrent: campaign.maxConcurrent,
  };
}
