import { ApiProperty } from '@nestjs/swagger';
import { EVENT_TYPES_SCHEMA, IsEventTypes, IsReceiverUrl, URL_SCHEMA } from './webhook-field.decorators.js';
import { WebhookFieldsDto } from './webhook-fields.dto.js';

/** A new subscription. */
export class CreateWebhookDto extends WebhookFieldsDto {
  @ApiProperty(URL_SCHEMA)
  @IsReceiverUrl()
  url: string;

  @ApiProperty(EVENT_TYPES_SCHEMA)
  @IsEventTypes()
  eventTypes: string[];
}
