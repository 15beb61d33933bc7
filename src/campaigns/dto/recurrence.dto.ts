import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, IsOptional, IsString, Max, MaxLength, Min, ValidateIf } from 'class-validator';
import { IsInstant } from '../../common/http/index.js';
import { REOPEN_RULES, type Recurrence, type ReopenRule } from '../schedule/recurrence.js';
import { IsCron, IsZone } from './recurrence.decorators.js';

const WEEK_MINUTES = 7 * 24 * 60;

/** When a campaign runs again by itself, and whom it calls then. */
export class RecurrenceDto {
  @ApiProperty({
    example: '0 9 * * 1-5',
    maxLength: 200,
    description: 'Five fields: minute, hour, day of month, month, day of week; every 5 minutes at most',
  })
  @IsCron()
  @MaxLength(200)
  @IsString()
  cron: string;

  @ApiProperty({
    example: 'Europe/London',
    maxLength: 64,
    description: 'IANA name of the zone whose clocks count',
  })
  @IsZone()
  @MaxLength(64)
  @IsString()
  timezone: string;

  @ApiPropertyOptional({
    enum: REOPEN_RULES,
    default: 'none',
    description:
      'Leads of earlier runs that each run calls again. none: only those still pending; failed; unreached: failed and voicemail; all',
  })
  @ValidateIf((_: object, value: unknown) => value !== undefined)
  @IsIn(REOPEN_RULES)
  reopen?: ReopenRule;

  @ApiPropertyOptional({
    type: String,
    format: 'date-time',
    nullable: true,
    example: null,
    description: 'No run is due after this time',
  })
  @IsOptional()
  @IsInstant()
  until?: Date | null;

  @ApiPropertyOptional({
    type: 'integer',
    nullable: true,
    minimum: 1,
    maximum: 10_000,
    description: 'Runs started in all',
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(10_000)
  maxRuns?: number | null;

  @ApiPropertyOptional({
    type: 'integer',
    nullable: true,
    minimum: 1,
    maximum: WEEK_MINUTES,
    description: 'A run is stopped so many minutes after it was due, if it has not completed',
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(WEEK_MINUTES)
  runMinutes?: number | null;
}

/** Absent stays absent, null stays null. */
export function toRecurrence(dto: RecurrenceDto | null | undefined): Recurrence | null | undefined {
  if (!dto) return dto;
  const { cron, timezone, reopen = 'none', until, maxRuns = null, runMinutes = null } = dto;
  return { cron, timezone, reopen, until: until?.toISOString() ?? null, maxRuns, runMinutes };
}
