import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { statesOf } from '../../common/index.js';
import { PageQueryDto } from '../../common/http/index.js';
import { LEAD_TRANSITIONS, type LeadStatus } from '../lead.states.js';

const STATUSES = statesOf(LEAD_TRANSITIONS);

/** Query of a campaign's leads. */
export class ListLeadsQuery extends PageQueryDto(50) {
  @ApiPropertyOptional({ enum: STATUSES, description: 'Only leads in this status' })
  @IsOptional()
  @IsIn(STATUSES)
  status?: LeadStatus;
}
