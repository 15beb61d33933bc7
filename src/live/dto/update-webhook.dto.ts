import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean } from 'class-validator';
import { IfSent } from '../../common/http/index.js';
import { EVENT_TYPES_SCHEMA, IsEventTypes, IsReceiverUrl, URL_SCHEMA } from './webhook-field.decorators.js';
import { WebhookFieldsDto } from './webhook-fields.dto.js';

/** What changes of a subscription: absent fields stay, null clears what may be empty. */
export class UpdateWebhookDto extends WebhookFieldsDto {
  @ApiPropertyOptional(URL_SCHEMA)
  @IfSent()
  @IsReceiverUrl()
  url?: string;

  @ApiPropertyOptional(EVENT_TYPES_SCHEMA)
  @IfSent()
  @IsEventTypes()
  eventTypes?: string[];

  @ApiPropertyOptional({
    example: true,
    description: 'false: it gets no event; true: it does again, also after it was disabled for its failures',
  })
  @IfSent()
  @IsBoolean()
  isEnabled?: boolean;
}
