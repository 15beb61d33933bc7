import { ApiProperty } from '@nestjs/swagger';
import { EVENT_TYPES, type EventType } from '../../journal/index.js';

/** What a receiver is sent, signed by the headers webhook-id, webhook-timestamp and webhook-signature. */
export class WebhookEvent {
  @ApiProperty({ format: 'uuid', description: 'As the header webhook-id: the same at every attempt' })
  id: string;
  @ApiProperty({ enum: [...Object.keys(EVENT_TYPES), 'webhook.test'] }) type: EventType | 'webhook.test';
  @ApiProperty({ format: 'date-time', description: 'When it happened' }) timestamp: string;
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'The campaign, lead, call or import as the API showed it at that moment',
  })
  data: Record<string, unknown>;
}
