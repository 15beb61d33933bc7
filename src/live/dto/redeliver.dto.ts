import { ApiProperty } from '@nestjs/swagger';
import { IsInstant } from '../../common/http/index.js';

/** Which events are to be told again. */
export class RedeliverDto {
  @ApiProperty({
    type: String,
    format: 'date-time',
    example: '2026-01-31T09:00:00Z',
    description: 'Dead letters of events that happened since then',
  })
  @IsInstant()
  since: Date;
}
