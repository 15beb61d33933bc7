import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, MaxLength } from 'class-validator';
import { IsInstant } from '../../common/http/index.js';

/** How long a number rests, and why. */
export class RestPhoneNumberDto {
  @ApiPropertyOptional({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'An instant with a zone, in the future; none: until somebody ends the rest',
  })
  @IsOptional()
  @IsInstant()
  until?: Date | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    maxLength: 500,
    example: 'Marked as spam by a carrier',
  })
  @IsOptional()
  @IsString()
  @MaxLength(500)
  note?: string | null;
}
