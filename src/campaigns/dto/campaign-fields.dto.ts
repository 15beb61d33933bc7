import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsNumber,
  IsObject,
  IsOptional,
  IsString,
  Max,
  MaxLength,
  Min,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { getCountries } from 'libphonenumber-js';
import { RULE_PACK_NAMES, type CallingWindow, type RulePackName } from '../../compliance/index.js';
import { AGENT_STRATEGIES, type AgentStrategy } from '../campaign.entity.js';
import { IsInstant, NestedFields } from '../../common/http/index.js';
import { OptOutDto } from './opt-out.dto.js';
import { RecurrenceDto } from './recurrence.dto.js';
import { RETRY_OUTCOMES } from '../retry-rules.js';
import { NumberCapDto } from './number-cap.dto.js';
import { RetryRuleDto, THIRTY_DAYS_MS } from './retry-rule.dto.js';
import { CallingWindowSchema, IsCallingWindow } from './calling-window.schema.js';

const COUNTRIES: string[] = getCountries();

const trimmed = ({ value }: { value: unknown }): unknown =>
  typeof value === 'string' ? value.trim() : value;
const upperCase = ({ value }: { value: unknown }): unknown =>
  typeof value === 'string' ? value.toUpperCase() : value;
/** Absent is fine, null is not: the column has a default and no null. */
const isGiven = (_: object, value: unknown): boolean => value !== undefined;

/** class-transformer drops `toString` and its like, so that the check for unknown fields would never see them. */
const hasInherited = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).some((key) => key in Object.prototype);

/** What a caller may say about a campaign. Durations are milliseconds. */
export class CampaignFieldsDto {
  @ApiProperty({ example: 'Q4 Sales Campaign', minLength: 1, maxLength: 200 })
  @Transform(trimmed)
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  name: string;

  @ApiPropertyOptional({ type: String, nullable: true, example: 'End of year sales push', maxLength: 5000 })
  @IsOptional()
  @IsString()
  @MaxLength(5000)
  description?: string | null;

  @ApiPropertyOptional({
    type: 'integer',
    default: 3,
    minimum: 1,
    maximum: 1000,
    description: 'Calls that may be open at once',
  })
  @ValidateIf(isGiven)
  @IsInt()
  @Min(1)
  @Max(1000)
  maxConcurrent?: number;

  @ApiPropertyOptional({ default: false, description: 'Whether a lead that was not reached is called again' })
  @ValidateIf(isGiven)
  @IsBoolean()
  retryFailed?: boolean;

  @ApiPropertyOptional({
    type: 'integer',
    default: 1,
    minimum: 0,
    maximum: 100,
    description: 'Extra attempts after the first, used only with retryFailed',
  })
  @ValidateIf(isGiven)
  @IsInt()
  @Min(0)
  @Max(100)
  retryAttempts?: number;

  @ApiPropertyOptional({
    type: 'integer',
    default: 60_000,
    minimum: 0,
    maximum: THIRTY_DAYS_MS,
    description: 'Milliseconds between a failed attempt and the next',
  })
  @ValidateIf(isGiven)
  @IsInt()
  @Min(0)
  @Max(THIRTY_DAYS_MS)
  retryDelay?: number;

  @ApiPropertyOptional({
    type: [RetryRuleDto],
    nullable: true,
    minItems: 1,
    maxItems: RETRY_OUTCOMES.length,
    example: [{ on: 'busy', attempts: 3, delays: [300_000, 3_600_000] }],
    description:
      'One rule per outcome, instead of retryFailed, retryAttempts and retryDelay; what no rule names is not retried. ' +
      'All together never call a lead again more often than the largest attempts. null: no rules',
  })
  @IsOptional()
  @Type(() => RetryRuleDto)
  @ValidateNested({ each: true })
  @IsObject({ each: true })
  @ArrayUnique((rule: RetryRuleDto | null) => rule?.on, { message: 'retryRules must name each outcome once' })
  @ArrayMaxSize(RETRY_OUTCOMES.length)
  @ArrayNotEmpty({ message: 'retryRules must have a rule; null means none' })
  @IsArray()
  retryRules?: RetryRuleDto[] | null;

  @ApiPropertyOptional({
    type: NumberCapDto,
    nullable: true,
    example: null,
    description:
      'No call to a number that was called `attempts` times in the last `days` times 24 hours, by whatever campaign; ' +
      'its lead waits. null: no cap',
  })
  @IsOptional()
  @Type(() => NumberCapDto)
  @ValidateNested()
  @IsObject()
  maxAttemptsPerNumber?: NumberCapDto | null;

  @ApiPropertyOptional({
    type: 'integer',
    default: 2000,
    minimum: 0,
    maximum: 3_600_000,
    description: 'Milliseconds between two calls being placed',
  })
  @ValidateIf(isGiven)
  @IsInt()
  @Min(0)
  @Max(3_600_000)
  callDelay?: number;

  @ApiPropertyOptional({
    type: 'integer',
    default: 1,
    minimum: 1,
    maximum: 100,
    description: "Its part of the account's slots and calls per second where several campaigns want them",
  })
  @ValidateIf(isGiven)
  @IsInt()
  @Min(1)
  @Max(100)
  weight?: number;

  @ApiPropertyOptional({
    type: 'integer',
    nullable: true,
    minimum: 1,
    maximum: 1_000_000_000,
    example: 1000,
    description: 'Calls that may be placed in all, over every run: then it pauses itself; null: any number',
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(1_000_000_000)
  maxCalls?: number | null;

  @ApiPropertyOptional({
    type: 'number',
    nullable: true,
    minimum: 0.01,
    maximum: 1_000_000_000,
    example: 25.5,
    description:
      'What its calls may cost by estimate, in the currency of the rates: then it pauses itself; null: anything',
  })
  @IsOptional()
  @IsNumber({ maxDecimalPlaces: 6 })
  @Min(0.01)
  @Max(1_000_000_000)
  maxSpend?: number | null;

  @ApiPropertyOptional({ enum: AGENT_STRATEGIES, default: 'primary_first' })
  @ValidateIf(isGiven)
  @IsIn(AGENT_STRATEGIES)
  agentStrategy?: AgentStrategy;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    example: 'IN',
    description: 'ISO 3166 country of numbers without a country code; none: numbers must be international',
  })
  @IsOptional()
  @Transform(upperCase)
  @IsIn(COUNTRIES, { message: 'defaultCountry must be a two-letter ISO 3166 country code' })
  defaultCountry?: string | null;

  @ApiPropertyOptional({
    type: () => OptOutDto,
    nullable: true,
    description: 'Offers a key in each call against further calls; {} takes the defaults, null offers none',
  })
  @IsOptional()
  @NestedFields(() => OptOutDto)
  optOut?: OptOutDto | null;

  @ApiPropertyOptional({
    type: CallingWindowSchema,
    nullable: true,
    description: 'When leads may be called; null: always',
  })
  @IsOptional()
  @IsCallingWindow()
  callingWindow?: CallingWindow | null;

  @ApiPropertyOptional({
    enum: RULE_PACK_NAMES,
    default: 'none',
    description: "Hours of a law or code of practice, by each lead's own clock; they only narrow the window",
  })
  @ValidateIf(isGiven)
  @IsIn(RULE_PACK_NAMES)
  rulePack?: RulePackName;

  @ApiPropertyOptional({
    type: [String],
    nullable: true,
    maxItems: 1000,
    example: ['+12025550100'],
    description: 'Ids or numbers of /phone-numbers to call from; null or none: every active one',
  })
  @IsOptional()
  @IsString({ each: true })
  @ArrayMaxSize(1000)
  @IsArray()
  callerIds?: string[] | null;

  @ApiPropertyOptional({
    default: false,
    description:
      'Whether leads are called from a number of their own area code, else their country, if there is one',
  })
  @ValidateIf(isGiven)
  @IsBoolean()
  localPresence?: boolean;

  @ApiPropertyOptional({
    type: String,
    format: 'date-time',
    nullable: true,
    example: null,
    description: 'Starts the campaign by itself at this time (ISO 8601 with a zone); null takes that back',
  })
  @IsOptional()
  @IsInstant()
  scheduledAt?: Date | null;

  @ApiPropertyOptional({
    type: String,
    format: 'date-time',
    nullable: true,
    example: null,
    description: 'Stops the campaign by itself at this time: no call of it is placed from then on',
  })
  @IsOptional()
  @IsInstant()
  endAt?: Date | null;

  @ApiPropertyOptional({
    type: RecurrenceDto,
    nullable: true,
    description: 'Runs the campaign again and again (docs/schedules.md); null takes that back',
  })
  @IsOptional()
  @Transform(({ obj, value }: { obj: { recurrence?: unknown }; value: unknown }) =>
    hasInherited(obj.recurrence) ? [] : value,
  )
  @IsObject({ message: 'recurrence must be an object of known fields' })
  @ValidateNested()
  @Type(() => RecurrenceDto)
  recurrence?: RecurrenceDto | null;
}
