import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, ValidateIf } from 'class-validator';
import { PageQueryDto } from '../../common/http/index.js';
import { statesOf } from '../../common/index.js';
import { CAMPAIGN_TRANSITIONS, type CampaignStatus } from '../campaign.states.js';

const STATUSES = statesOf(CAMPAIGN_TRANSITIONS);

export class ListCampaignsQuery extends PageQueryDto(10) {
  @ApiPropertyOptional({ enum: STATUSES, description: 'Only campaigns in this status' })
  @ValidateIf((_: object, value: unknown) => value !== undefined)
  @IsIn(STATUSES)
  status?: CampaignStatus;
}
