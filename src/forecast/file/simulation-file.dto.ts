import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsDefined,
  IsInt,
  IsNumber,
  IsObject,
  IsOptional,
  IsString,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { CreateAgentDto } from '../../agents/index.js';
import { CreateCampaignDto } from '../../campaigns/index.js';
import { IsInstant, NestedFields } from '../../common/http/index.js';
import { CreatePhoneNumberDto } from '../../compliance/index.js';
import { IsRateTable } from '../../config/index.js';

const asSent = ({ obj, key }: { obj: Record<string, unknown>; key: string }): unknown => obj[key];

/** The carrier's account; what is left out is as a new deployment has it. */
export class AccountDto {
  /** Calls open at once. */
  @IsOptional() @IsInt() @Min(1) @Max(100_000) maxConcurrent?: number | null;
  /** Calls per second. */
  @IsOptional() @IsNumber() @Min(0.01) @Max(1000) cps?: number | null;

  /** The numbers calls are made from. */
  @IsOptional()
  @Type(() => CreatePhoneNumberDto)
  @ValidateNested({ each: true })
  @IsObject({ each: true })
  @ArrayMaxSize(1000)
  @IsArray()
  phoneNumbers?: CreatePhoneNumberDto[];

  @IsOptional() @Transform(asSent) @IsRateTable() rates?: Record<string, number>;
  @IsOptional() @IsInt() @Min(5) @Max(600) ringTimeoutS?: number;
  @IsOptional() @IsInt() @Min(10) @Max(14_400) callTimeLimitS?: number;
  @IsOptional() @IsBoolean() machineDetection?: boolean;
}

/** What `npm run simulate` plays (docs/preflight.md). The last seven fields are the simulator's own, checked by it. */
export class SimulationFileDto {
  /** As for `POST /campaigns`. */
  @IsDefined() @NestedFields(() => CreateCampaignDto) campaign: CreateCampaignDto;

  /** A list as for `…/leads/bulk`, `{count, countries}`, or the path of a CSV file. */
  @IsDefined() @Transform(asSent) leads: unknown;

  /** As for `POST /agents`; the first is the primary one. */
  @IsOptional()
  @Type(() => CreateAgentDto)
  @ValidateNested({ each: true })
  @IsObject({ each: true })
  @ArrayMaxSize(1000)
  @IsArray()
  agents?: CreateAgentDto[];

  @IsOptional() @NestedFields(() => AccountDto) account?: AccountDto;
  /** When the campaign is started. */
  @IsDefined() @IsInstant() start: Date;
  /** What is said in an answered call, which then takes as long; left out: a conversation of `talkMs`. */
  @IsOptional() @IsString() @MaxLength(4000) greeting?: string;

  @IsOptional() @Transform(asSent) odds?: unknown;
  @IsOptional() @Transform(asSent) seed?: unknown;
  @IsOptional() @Transform(asSent) queueMs?: unknown;
  @IsOptional() @Transform(asSent) ringMs?: unknown;
  @IsOptional() @Transform(asSent) talkMs?: unknown;
  @IsOptional() @Transform(asSent) keys?: unknown;
  @IsOptional() @Transform(asSent) numbers?: unknown;
}
