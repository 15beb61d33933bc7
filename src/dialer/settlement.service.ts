import { Injectable, Logger } from '@nestjs/common';
import { CampaignLifecycleService } from '../campaigns/index.js';
import { maskPhone } from '../common/index.js';
import type { PlacementResult } from '../telephony/index.js';
import { CallerIdRests } from './caller-id-rests.service.js';
import { CallProgressService } from './call-progress.service.js';
import { CallsQueue } from './calls.queue.js';
import { CampaignWaker } from './campaign-waker.js';
import { PlacementRepository, type PlacementOrder } from './placement.repository.js';
import { backoffMs } from './rules/backoff.js';
import { refused, WITHDRAWN } from './rules/ending.js';
import { WithdrawalService } from './withdrawal.service.js';

type Refusal = Exclude<PlacementResult, { kind: 'accepted' }>;

/** What the carrier's answer to a placement means for the call, its lead and its campaign. */
@Injectable()
export class SettlementService {
  private readonly log = new Logger(SettlementService.name);

  constructor(
    private readonly placements: PlacementRepository,
    private readonly progress: CallProgressService,
    private readonly withdrawals: WithdrawalService,
    private readonly lifecycle: CampaignLifecycleService,
    private readonly rests: CallerIdRests,
    private readonly queue: CallsQueue,
    private readonly waker: CampaignWaker,
  ) {}

  async settle(order: PlacementOrder, result: PlacementResult): Promise<void> {
    if (result.kind === 'accepted') {
      await this.progress.accepted(order, result.sid);
      return;
    }
    const to = maskPhone(order.phoneNumber);
    this.log.warn(`Call ${order.id} to ${to}: ${result.kind} (${result.code}: ${result.message})`);
    switch (result.kind) {
      case 'recipient_refused':
        await this.end(order, result, 'failed');
        break;
      case 'account_refused':
        if (await this.rests.refused(order, result)) await this.end(order, result, 'canceled');
        else await this.pauseFor(order, result);
        break;
      case 'not_placed':
        await this.tryLater(order, result);
        break;
      case 'unknown':
        await this.placements.lost(order.id, result);
        this.progress.carrierFailed(order.id);
        break;
    }
  }

  /** The guard let nothing through: if the campaign is no longer active, or numbers are suppressed, its queued calls go back. */
  async notBegun(campaignId: string): Promise<void> {
    await this.withdrawals.withdrawQueued(campaignId);
  }

  /** A paced campaign claims no more than a second's worth: the next claim follows each placement. */
  wakeNext(campaignId: string): void {
    this.waker.wake(campaignId);
  }

  /** `failed`: the number's fault, its lead ends. `canceled`: nobody's call, the attempt is given back. */
  private async end(order: PlacementOrder, cause: Refusal, to: 'failed' | 'canceled'): Promise<void> {
    const { code: errorCode, message: errorMessage } = cause;
    const verdict = to === 'failed' ? refused(`carrier_${errorCode}`) : WITHDRAWN;
    const move = { id: order.id, to, outcome: to, errorCode, errorMessage };
    await this.progress.end({ move, verdict, event: { type: 'call.refused', data: { ...cause } } });
  }

  /** Every other call would meet the same answer: the campaign pauses before another is tried, and none of its leads fails. */
  private async pauseFor(order: PlacementOrder, cause: Refusal): Promise<void> {
    await this.lifecycle.pauseItself(order.campaignId, {
      code: 'CARRIER_REFUSED_ACCOUNT',
      message: `The carrier refused the account: ${cause.message} (${cause.code})`,
    });
    await this.end(order, cause, 'canceled');
    await this.withdrawals.withdrawQueued(order.campaignId);
  }

  private async tryLater(order: PlacementOrder, cause: Refusal): Promise<void> {
    const seq = await this.placements.requeueDialing(order.id, { ...cause });
    if (seq !== null) await this.queue.add([{ id: order.id, seq }], backoffMs(order.queueSeq));
    if (cause.code === 'NOT_SENT') this.progress.carrierFailed(order.id);
  }
}
