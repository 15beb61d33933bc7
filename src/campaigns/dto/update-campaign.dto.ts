import { PartialType } from '@nestjs/swagger';
import { CampaignFieldsDto } from './campaign-fields.dto.js';

/** What changes of a campaign: absent fields stay, null clears what may be empty. */
export class UpdateCampaignDto extends PartialType(CampaignFieldsDto, { skipNullProperties: false }) {}
