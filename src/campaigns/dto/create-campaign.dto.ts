import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, ValidateIf } from 'class-validator';
import { CampaignFieldsDto } from './campaign-fields.dto.js';

/** A new campaign. */
export class CreateCampaignDto extends CampaignFieldsDto {
  @ApiPropertyOptional({
    enum: ['draft'],
    example: 'draft',
    description:
      'A campaign begins as a draft, or scheduled if scheduledAt is given; start it to make it active',
  })
  @ValidateIf((_: object, value: unknown) => value !== undefined)
  @IsIn(['draft'], { message: 'status must be draft: use start, stop, pause and resume to change it' })
  status?: 'draft';
}
