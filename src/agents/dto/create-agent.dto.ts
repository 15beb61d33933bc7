import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import {
  IsBoolean,
  IsInt,
  IsNotEmpty,
  IsOptional,
  IsString,
  Max,
  MaxLength,
  Min,
  ValidateIf,
} from 'class-validator';

const trimmed = ({ value }: { value: unknown }): unknown =>
  typeof value === 'string' ? value.trim() : value;
/** Absent is fine, null is not: the column has a default and no null. */
const isGiven = (_: object, value: unknown): boolean => value !== undefined;

/** A new AI voice agent. Optional texts may be null. */
export class CreateAgentDto {
  @ApiProperty({ example: 'Sales Agent', minLength: 1, maxLength: 200 })
  @Transform(trimmed)
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  name: string;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    example: 'Handles sales inquiries',
    maxLength: 5000,
  })
  @IsOptional()
  @IsString()
  @MaxLength(5000)
  description?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, example: 'voice_123', maxLength: 200 })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  voiceId?: string | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    example: 'Professional and friendly',
    maxLength: 5000,
  })
  @IsOptional()
  @IsString()
  @MaxLength(5000)
  personality?: string | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    example: 'You are a helpful sales assistant...',
    maxLength: 20_000,
  })
  @IsOptional()
  @IsString()
  @MaxLength(20_000)
  systemPrompt?: string | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    example: 'Hello {{name}}, this is the sales team.',
    description: "What the agent says first: a template over the lead's name and metadata",
    maxLength: 4000,
  })
  @IsOptional()
  @IsString()
  @MaxLength(4000)
  greeting?: string | null;

  @ApiPropertyOptional({ default: true })
  @ValidateIf(isGiven)
  @IsBoolean()
  isActive?: boolean;

  @ApiPropertyOptional({
    type: 'integer',
    default: 3,
    minimum: 1,
    maximum: 1000,
    description: 'Open calls the agent may have at once, over all campaigns',
  })
  @ValidateIf(isGiven)
  @IsInt()
  @Min(1)
  @Max(1000)
  maxConcurrentCalls?: number;
}
