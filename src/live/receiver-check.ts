import { Injectable } from '@nestjs/common';
import { CampaignsService } from '../campaigns/index.js';
import { invalidInput } from '../common/index.js';
import { ReceiverGate } from './outbound/receiver-gate.js';
import type { SubscriptionFields } from './subscriptions.repository.js';

/** Whether a subscription may be as it is wished. */
@Injectable()
export class ReceiverCheck {
  constructor(
    private readonly campaigns: CampaignsService,
    private readonly gate: ReceiverGate,
  ) {}

  /** @throws DomainError `VALIDATION_FAILED` for a receiver that nothing is sent to, `CAMPAIGN_NOT_FOUND` */
  async check({ url, campaignId }: SubscriptionFields): Promise<void> {
    if (campaignId) await this.campaigns.require(campaignId);
    const refusal = url === undefined ? null : await this.gate.refusalOf(url);
    if (refusal !== null) throw invalidInput([{ field: 'url', message: refusal }]);
  }
}
