import { ApiProperty } from '@nestjs/swagger';
import { IsInt, Max, Min } from 'class-validator';
import type { NumberCap } from '../retry-rules.js';

const MAX_ATTEMPTS = 100;
const MAX_DAYS = 365;

/** No more than so many placed calls to one number, over all campaigns, in any span of so many times 24 hours. */
export class NumberCapDto implements NumberCap {
  @ApiProperty({ type: 'integer', minimum: 1, maximum: MAX_ATTEMPTS, example: 3 })
  @IsInt()
  @Min(1)
  @Max(MAX_ATTEMPTS)
  attempts: number;

  @ApiProperty({ type: 'integer', minimum: 1, maximum: MAX_DAYS, example: 7 })
  @IsInt()
  @Min(1)
  @Max(MAX_DAYS)
  days: number;
}
