import { ApiPropertyOptional, IntersectionType } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsNotEmpty, IsString, IsUUID, Matches, MaxLength, ValidateIf } from 'class-validator';
import { PageQueryDto } from '../../common/http/index.js';
import { MAX_SOURCE } from '../suppression-fields.js';

const trimmed = ({ value }: { value: unknown }): unknown =>
  typeof value === 'string' ? value.trim() : value;
const isGiven = (_: object, value: unknown): boolean => value !== undefined;

/** As people write it to E.164 or its beginning. In a URL an unescaped plus is a space. */
function beginning({ value }: { value: unknown }): unknown {
  if (typeof value !== 'string' || value.length > 40) return value;
  const bare = value.replace(/[\s().-]/g, '').replace(/^00/, '');
  return bare.startsWith('+') ? bare : `+${bare}`;
}

/** Which suppressions are meant. */
export class FilterSuppressionsQuery {
  @ApiPropertyOptional({
    example: '+1202',
    description: 'Only numbers that begin so, with their country code',
  })
  @ValidateIf(isGiven)
  @Transform(beginning)
  @Matches(/^\+[1-9]\d{0,14}$/, { message: 'phoneNumber must be an international number, or its beginning' })
  phoneNumber?: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'Only those for this campaign alone' })
  @ValidateIf(isGiven)
  @IsUUID()
  campaignId?: string;

  @ApiPropertyOptional({
    maxLength: MAX_SOURCE,
    example: 'keypress',
    description: 'Only those from this source, word for word; keypress: people who pressed the key in a call',
  })
  @ValidateIf(isGiven)
  @Transform(trimmed)
  @IsString()
  @IsNotEmpty()
  @MaxLength(MAX_SOURCE)
  source?: string;
}

export class ListSuppressionsQuery extends IntersectionType(PageQueryDto(50), FilterSuppressionsQuery) {}
