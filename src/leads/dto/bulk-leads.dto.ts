import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayNotEmpty, IsArray } from 'class-validator';
import { AsSent } from './as-sent.decorator.js';
import { CreateLeadDto } from './create-lead.dto.js';

const MAX_LEADS = 100_000;

/** A list of leads to add. Its entries are checked by the intake: class-validator takes a second for so many. */
export class BulkLeadsDto {
  @ApiProperty({
    type: [CreateLeadDto],
    minItems: 1,
    maxItems: MAX_LEADS,
    example: [
      { phoneNumber: '+919529117230', name: 'John Doe', priority: 1 },
      { phoneNumber: '+918329823146', name: 'Jane Smith', priority: 2 },
    ],
  })
  @AsSent()
  @ArrayMaxSize(MAX_LEADS)
  @ArrayNotEmpty()
  @IsArray()
  leads: unknown[];
}
