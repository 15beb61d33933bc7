import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { MAX_NAME, MAX_PRIORITY, type LeadFields } from '../lead-fields.js';
import { AsSent } from './as-sent.decorator.js';
import { IsLeadField } from './lead-field.decorator.js';

/** A lead to add. */
export class CreateLeadDto implements LeadFields {
  @ApiProperty({
    example: '+919529117230',
    description: 'International, or national if the campaign has a default country',
  })
  @IsLeadField('phoneNumber')
  phoneNumber: string;

  @ApiPropertyOptional({ type: String, nullable: true, maxLength: MAX_NAME, example: 'John Doe' })
  @IsLeadField('name')
  name?: string | null;

  @ApiPropertyOptional({
    type: 'integer',
    nullable: true,
    minimum: -MAX_PRIORITY,
    maximum: MAX_PRIORITY,
    default: 0,
    example: 1,
    description: 'Higher is called first',
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
    example: { source: 'website', tags: ['high-value'] },
    description: 'Any JSON object, up to 16 kB; a string of JSON is taken too',
  })
  @AsSent()
  @IsLeadField('metadata')
  metadata?: Record<string, unknown> | string | null;
}
