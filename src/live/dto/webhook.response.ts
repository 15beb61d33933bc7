import { ApiProperty } from '@nestjs/swagger';
import type { DisabledReason, WebhookSubscription } from '../../journal/index.js';
import type { FreshSubscription } from '../subscriptions.service.js';

const ID = '01994c1e-7a3b-7c52-9a3e-2f4b8d1c6e70';
const TIME = { type: String, format: 'date-time', nullable: true, example: null } as const;

/** Why a subscription was disabled. */
class DisabledReasonResponse {
  @ApiProperty({ example: 'DEAD_LETTERS' }) code: string;
  @ApiProperty({ example: '10 events in a row could not be delivered within a day' }) message: string;
}

/** A subscription as the API shows it: its secret is shown once, when it is made. */
export class WebhookResponse {
  @ApiProperty({ format: 'uuid', example: ID }) id: string;
  @ApiProperty({ example: 'https://hooks.example.com/calls' }) url: string;
  @ApiProperty({ type: String, nullable: true, example: 'Our CRM' }) description: string | null;
  @ApiProperty({ type: [String], example: ['call.ended', 'lead.*'] }) eventTypes: string[];
  @ApiProperty({ type: String, format: 'uuid', nullable: true, example: null }) campaignId: string | null;
  @ApiProperty({ example: true }) isEnabled: boolean;
  @ApiProperty({ ...TIME, description: 'When it was disabled because its receiver fails' })
  disabledAt: Date | null;
  @ApiProperty({ type: DisabledReasonResponse, nullable: true, example: null })
  disabledReason: DisabledReason | null;
  @ApiProperty({ ...TIME, description: 'No attempt has succeeded since then' }) failingSince: Date | null;
  @ApiProperty({ ...TIME, description: 'Until then the secret before this one signs too' })
  previousSecretUntil: Date | null;
  @ApiProperty({ format: 'date-time' }) createdAt: Date;
  @ApiProperty({ format: 'date-time' }) updatedAt: Date;
}

/** … and with the secret that signs its events. */
export class WebhookWithSecretResponse extends WebhookResponse {
  @ApiProperty({
    example: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=',
    description: 'Shown once: keep it',
  })
  secret: string;
}

/** What is left of a deleted subscription. */
export class DeletedWebhookResponse {
  @ApiProperty({ format: 'uuid', example: ID }) id: string;
}

export function toWebhookResponse(webhook: WebhookSubscription): WebhookResponse {
  return {
    id: webhook.id,
    url: webhook.url,
    description: webhook.description,
    eventTypes: webhook.eventTypes,
    campaignId: webhook.campaignId,
    isEnabled: webhook.isEnabled,
    disabledAt: webhook.disabledAt,
    disabledReason: webhook.disabledReason,
    failingSince: webhook.failingSince,
    previousSecretUntil: webhook.previousSecretUntil,
    createdAt: webhook.createdAt,
    updatedAt: webhook.updatedAt,
  };
}

export function toWebhookWithSecret({ subscription, secret }: FreshSubscription): WebhookWithSecretResponse {
  return { ...toWebhookResponse(subscription), secret };
}
