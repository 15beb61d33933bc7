import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsUUID, ValidateIf } from 'class-validator';

/** Which agent works for the campaign. */
export class AssignAgentDto {
  @ApiProperty({ format: 'uuid', example: '01994c1e-7a3b-7c52-9a3e-2f4b8d1c6e70' })
  @IsUUID()
  agentId: string;

  @ApiPropertyOptional({
    default: false,
    description: 'The primary agent is chosen first (strategy primary_first); a new one replaces the old',
  })
  @ValidateIf((_: object, value: unknown) => value !== undefined)
  @IsBoolean()
  isPrimary?: boolean;
}
