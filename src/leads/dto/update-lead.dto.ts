import { ApiPropertyOptional } from '@nestjs/swagger';
import { MAX_NAME, MAX_PRIORITY, type LeadFields } from '../lead-fields.js';
import { AsSent } from './as-sent.decorator.js';
import { IsLeadField } from './lead-field.decorator.js';

/** Changes to a lead; what is absent stays. */
export class UpdateLeadDto implements Partial<LeadFields> {
  @ApiPropertyOptional({ example: '+919529117230', description: 'Only while the lead is pending' })
  @IsLeadField('phoneNumber', true)
  phoneNumber?: string;

  @ApiPropertyOptional({ type: String, nullable: true, maxLength: MAX_NAME, example: 'John Updated' })
  @IsLeadField('name')
  name?: string | null;

  @ApiPropertyOptional({
    type: 'integer',
    nullable: true,
    minimum: -MAX_PRIORITY,
    maximum: MAX_PRIORITY,
    example: 2,
    description: 'Higher is called first; null: 0',
  })
  @IsLeadField('priority')
  priority?: number | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    example: 'America/New_York',
    description: 'IANA zone the lead lives by; none: all those its number can be in',
  })
  @IsLeadField('timezone')
  timezone?: string | null;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    example: { updated: true },
    description: 'Takes the place of the old metadata; null: {}',
  })
  @AsSent()
  @IsLeadField('metadata')
  metadata?: Record<string, unknown> | string | null;
}
