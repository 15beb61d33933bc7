import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsNotEmpty,
  IsOptional,
  IsString,
  MaxLength,
} from 'class-validator';
import { ROLES, type Role } from '../../common/index.js';
import { IsInstant, SCOPE_AREAS } from '../../common/http/index.js';

/** `agents:read`, `agents:write`, … */
const SCOPES = SCOPE_AREAS.flatMap((area) => [`${area}:read`, `${area}:write`]);

/** A key for a program. */
export class CreateApiKeyDto {
  @ApiProperty({ example: 'CRM import', minLength: 1, maxLength: 200 })
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value))
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  name: string;

  @ApiProperty({ enum: ROLES, example: 'operator', description: 'The most it may do' })
  @IsIn(ROLES)
  role: Role;

  @ApiPropertyOptional({
    type: [String],
    enum: SCOPES,
    nullable: true,
    minItems: 1,
    maxItems: SCOPES.length,
    example: ['leads:write', 'campaigns:read'],
    description: 'What it is limited to, within its role; none: whatever the role may',
  })
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(SCOPES.length)
  @IsIn(SCOPES, { each: true })
  scopes?: string[] | null;

  @ApiPropertyOptional({
    type: String,
    format: 'date-time',
    nullable: true,
    example: '2030-01-31T09:00:00Z',
    description: 'From then on it opens nothing; none: it lasts until it is revoked',
  })
  @IsOptional()
  @IsInstant()
  expiresAt?: Date | null;
}
