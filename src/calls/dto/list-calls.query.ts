import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { statesOf } from '../../common/index.js';
import { PageQueryDto } from '../../common/http/index.js';
import { CALL_TRANSITIONS, type CallStatus } from '../call.states.js';

const STATUSES = statesOf(CALL_TRANSITIONS);

/** Query of the calls of a campaign. */
export class ListCallsQuery extends PageQueryDto(50) {
  @ApiPropertyOptional({ enum: STATUSES, description: 'Only calls in this status' })
  @IsOptional()
  @IsIn(STATUSES)
  status?: CallStatus;
}
