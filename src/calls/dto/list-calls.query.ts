import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsUUID } from 'class-validator';
import { statesOf } from '../../common/index.js';
import { IfSent, PageQueryDto } from '../../common/http/index.js';
import { CALL_OUTCOMES, CALL_TRANSITIONS, type CallOutcome, type CallStatus } from '../call.states.js';

const STATUSES = statesOf(CALL_TRANSITIONS);

/** Query of the calls of a campaign. */
export class ListCallsQuery extends PageQueryDto(50) {
  @ApiPropertyOptional({ enum: STATUSES, description: 'Only calls in this status' })
  @IfSent()
  @IsIn(STATUSES)
  status?: CallStatus;

  @ApiPropertyOptional({ enum: CALL_OUTCOMES, description: 'Only calls with this outcome' })
  @IfSent()
  @IsIn(CALL_OUTCOMES)
  outcome?: CallOutcome;

  @ApiPropertyOptional({ format: 'uuid', description: 'Only calls to this lead' })
  @IfSent()
  @IsUUID()
  leadId?: string;
}
