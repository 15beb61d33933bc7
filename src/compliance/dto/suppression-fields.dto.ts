import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsIn, IsOptional, IsString, IsUUID, MaxLength } from 'class-validator';
import { getCountries } from 'libphonenumber-js';
import { IsInstant } from '../../common/http/index.js';
import { MAX_REASON, MAX_SOURCE, type SuppressionFields } from '../suppression-fields.js';

const COUNTRIES: string[] = getCountries();

const upperCase = ({ value }: { value: unknown }): unknown =>
  typeof value === 'string' ? value.toUpperCase() : value;

/** What is said of the numbers of one request; in a CSV file, of the rows that say nothing else. */
export class SuppressionFieldsDto implements SuppressionFields {
  @ApiPropertyOptional({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'Only for this campaign; none: for every campaign',
  })
  @IsOptional()
  @IsUUID()
  campaignId?: string | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    example: 'IN',
    description: "ISO 3166 country of numbers without a country code; none: the campaign's default country",
  })
  @IsOptional()
  @Transform(upperCase)
  @IsIn(COUNTRIES, { message: 'country must be a two-letter ISO 3166 country code' })
  country?: string | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    maxLength: MAX_REASON,
    example: 'Asked not to be called',
  })
  @IsOptional()
  @IsString()
  @MaxLength(MAX_REASON)
  reason?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, maxLength: MAX_SOURCE, example: 'national registry' })
  @IsOptional()
  @IsString()
  @MaxLength(MAX_SOURCE)
  source?: string | null;

  @ApiPropertyOptional({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'It holds until then; none: for good. An instant with a zone, in the future',
  })
  @IsOptional()
  @IsInstant()
  expiresAt?: Date | null;
}
