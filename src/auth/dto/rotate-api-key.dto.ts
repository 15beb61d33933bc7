import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, Max, Min, ValidateIf } from 'class-validator';

const DAY_S = 86_400;

export class RotateApiKeyDto {
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    maximum: 30 * DAY_S,
    default: DAY_S,
    description: 'How long the old key goes on working. Seconds',
  })
  @ValidateIf((_: object, value: unknown) => value !== undefined)
  @IsInt()
  @Min(0)
  @Max(30 * DAY_S)
  overlapSeconds = DAY_S;
}
