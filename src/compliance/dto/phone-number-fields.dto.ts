import { ApiPropertyOptional } from '@nestjs/swagger';
import {
  IsBoolean,
  IsInt,
  IsNumber,
  IsOptional,
  IsString,
  Max,
  MaxLength,
  Min,
  ValidateIf,
} from 'class-validator';

const isGiven = (_: object, value: unknown): boolean => value !== undefined;

/** What may be said of a number that calls are made from, and be changed. */
export class PhoneNumberFieldsDto {
  @ApiPropertyOptional({ type: String, nullable: true, maxLength: 200, example: 'Sales, New York' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  label?: string | null;

  @ApiPropertyOptional({ default: true, description: 'false: nothing more is called from it' })
  @ValidateIf(isGiven)
  @IsBoolean()
  isActive?: boolean;

  @ApiPropertyOptional({
    type: Number,
    nullable: true,
    minimum: 0.01,
    maximum: 1000,
    example: 1,
    description: 'Calls per second from this number; null: no limit of its own',
  })
  @IsOptional()
  @IsNumber()
  @Min(0.01)
  @Max(1000)
  cps?: number | null;

  @ApiPropertyOptional({
    type: 'integer',
    nullable: true,
    minimum: 1,
    maximum: 1_000_000,
    example: 200,
    description: 'Calls from this number per day (UTC); null: no cap',
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  dailyCap?: number | null;
}
