import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsNumber, Max, Min, ValidateIf } from 'class-validator';
import { NestedFields } from '../../../common/http/index.js';

const isGiven = (_: object, value: unknown): boolean => value !== undefined;
const SHARE = { type: Number, minimum: 0, maximum: 1 } as const;

/** Shares of calls by how they end; what is left out takes the rest in the usual proportion. */
export class OddsDto {
  @ApiPropertyOptional({ ...SHARE, example: 0.4 })
  @ValidateIf(isGiven)
  @IsNumber()
  @Min(0)
  @Max(1)
  answered?: number;

  @ApiPropertyOptional({ ...SHARE, example: 0.2, description: 'An answering machine' })
  @ValidateIf(isGiven)
  @IsNumber()
  @Min(0)
  @Max(1)
  machine?: number;

  @ApiPropertyOptional(SHARE)
  @ValidateIf(isGiven)
  @IsNumber()
  @Min(0)
  @Max(1)
  busy?: number;

  @ApiPropertyOptional(SHARE)
  @ValidateIf(isGiven)
  @IsNumber()
  @Min(0)
  @Max(1)
  'no-answer'?: number;

  @ApiPropertyOptional(SHARE)
  @ValidateIf(isGiven)
  @IsNumber()
  @Min(0)
  @Max(1)
  failed?: number;
}

/** What a forecast is to assume; what is left out comes from the campaign's own calls, else from defaults. */
export class PreflightDto {
  @ApiPropertyOptional({ type: () => OddsDto, description: 'Together at most 1' })
  @ValidateIf(isGiven)
  @NestedFields(() => OddsDto)
  odds?: OddsDto;

  @ApiPropertyOptional({ type: 'integer', minimum: 0, maximum: 14_400_000, example: 60_000 })
  @ValidateIf(isGiven)
  @IsInt()
  @Min(0)
  @Max(14_400_000)
  averageTalkMs?: number;
}

export class AssumptionsResponse {
  @ApiProperty({ enum: ['request', 'history', 'default'], description: 'Where the odds come from' })
  oddsFrom: string;

  @ApiProperty({ enum: ['request', 'history', 'default'], description: 'Where the average talk comes from' })
  talkFrom: string;

  @ApiProperty({ type: OddsDto })
  odds: OddsDto;

  @ApiProperty({ type: 'integer', description: 'Milliseconds', example: 60_000 })
  averageTalkMs: number;
}
