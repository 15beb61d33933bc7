import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, IsUUID, MaxLength } from 'class-validator';

const LONGEST_DESCRIPTION = 500;

/** What may be said of a subscription beside its receiver and its events. */
export class WebhookFieldsDto {
  @ApiPropertyOptional({ type: String, nullable: true, maxLength: LONGEST_DESCRIPTION, example: 'Our CRM' })
  @IsOptional()
  @IsString()
  @MaxLength(LONGEST_DESCRIPTION)
  description?: string | null;

  @ApiPropertyOptional({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'Only events of this campaign; null: of all',
  })
  @IsOptional()
  @IsUUID()
  campaignId?: string | null;
}
