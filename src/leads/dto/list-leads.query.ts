import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsIn, IsInt, IsString, Matches, Max, MaxLength, Min } from 'class-validator';
import { statesOf } from '../../common/index.js';
import { IfSent, PageQueryDto } from '../../common/http/index.js';
import { MAX_PRIORITY } from '../lead-fields.js';
import { LEAD_SORTS, type LeadSort } from '../lead-orders.js';
import { LEAD_TRANSITIONS, type LeadStatus } from '../lead.states.js';

const STATUSES = statesOf(LEAD_TRANSITIONS);
const MAX_SEARCH = 100;
const MAX_REASON = 100;

function integer({ value }: { value: unknown }): unknown {
  return typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value;
}

/** Query of a campaign's leads. */
export class ListLeadsQuery extends PageQueryDto(50) {
  @ApiPropertyOptional({ enum: STATUSES, description: 'Only leads in this status' })
  @IfSent()
  @IsIn(STATUSES)
  status?: LeadStatus;

  @ApiPropertyOptional({
    type: 'string',
    maxLength: MAX_REASON,
    example: 'busy',
    description: 'Only leads with this reason: answered, voicemail, busy, no_answer, failed, canceled …',
  })
  @IfSent()
  @IsString()
  @Matches(/\S/, { message: 'outcome must not be empty' })
  @MaxLength(MAX_REASON)
  outcome?: string;

  @ApiPropertyOptional({ type: 'integer', minimum: -MAX_PRIORITY, maximum: MAX_PRIORITY })
  @IfSent()
  @Transform(integer)
  @IsInt()
  @Min(-MAX_PRIORITY)
  @Max(MAX_PRIORITY)
  priority?: number;

  @ApiPropertyOptional({
    type: 'string',
    maxLength: MAX_SEARCH,
    description:
      'The beginning of a phone number, of a name, or of its last word. Sorted by what was found, not by sort',
  })
  @IfSent()
  @IsString()
  @Matches(/\S/, { message: 'search must not be empty' })
  @MaxLength(MAX_SEARCH)
  search?: string;

  @ApiPropertyOptional({
    enum: LEAD_SORTS,
    default: 'createdAt',
    description: '-priority is the order of calling: highest first, then oldest',
  })
  @IfSent()
  @IsIn(LEAD_SORTS)
  sort?: LeadSort;
}
