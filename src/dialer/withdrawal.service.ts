import { Injectable, Logger } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import { Checkpoints } from '../common/index.js';
import { Database } from '../database/index.js';
import { Carrier } from '../telephony/index.js';
import { CampaignWaker } from './campaign-waker.js';
import { CallProgressService } from './call-progress.service.js';
import { SEND_WITHIN_MS } from './placement.repository.js';
import { WithdrawalRepository, type Halt } from './withdrawal.repository.js';

const LOOK_AGAIN_MS = 15;

/** Takes back what has not been dialled when a campaign is paused or stopped or numbers are suppressed; ends calls on request. */
@Injectable()
export class WithdrawalService {
  private readonly log = new Logger(WithdrawalService.name);

  constructor(
    private readonly database: Database,
    private readonly withdrawals: WithdrawalRepository,
    private readonly carrier: Carrier,
    private readonly progress: CallProgressService,
    private readonly waker: CampaignWaker,
    private readonly checkpoints: Checkpoints,
  ) {}

  /**
   * For a campaign that has just ceased to be active. Resolves when none of its placements can begin any more: each
   * queued call is withdrawn, and each `dialing` one has left that status or passed its `send_by`.
   */
  async halt(campaignId: string, hangup: boolean): Promise<void> {
    this.checkpoints.at('pause.committed');
    const calls = { campaignId };
    await this.settle(calls, campaignId);
    if (hangup) await this.hangUpAll(calls);
  }

  /** For numbers that have just been suppressed: as `halt`, over all campaigns. Calls in progress end by themselves. */
  haltSuppressed(): Promise<void> {
    return this.settle('suppressed', null);
  }

  /**
   * Withdraws the queued calls of a campaign that is not active, and those to suppressed numbers. Safe to call at any time.
   * @param campaignId null: of every campaign
   */
  async withdrawQueued(campaignId: string | null): Promise<void> {
    const woken = await this.database.transaction((tx) => this.withdrawals.withdrawQueued(tx, campaignId));
    this.waker.wakeAll(woken);
  }

  private async settle(calls: Halt, campaignId: string | null): Promise<void> {
    const giveUpAt = performance.now() + 2 * SEND_WITHIN_MS;
    for (;;) {
      await this.withdrawQueued(campaignId);
      if ((await this.withdrawals.countUnsettled(calls)) === 0) break;
      if (performance.now() > giveUpAt) break; // nothing may be sent after send_by; the rest is for reconcile
      await delay(LOOK_AGAIN_MS);
    }
    await this.cancelAtCarrier(calls);
  }

  /** Calls the carrier accepted but has not dialled: a queue of its own, up to a day long (Twilio, above the CPS). */
  private async cancelAtCarrier(calls: Halt): Promise<void> {
    const waiting = await this.withdrawals.acceptedOnly(calls);
    await this.each(waiting, async ({ id, sid }) => {
      if ((await this.carrier.fetch(sid))?.status !== 'queued') return;
      await this.carrier.cancel(sid);
      // A canceled queued call sends no callback (a Twilio fact), so its end is written down here.
      await this.progress.apply({
        callId: id,
        sid,
        status: 'canceled',
        durationMs: null,
        answeredBy: null,
        event: { type: 'call.withdrawn', dedupeKey: 'withdrawn-at-carrier', data: {} },
      });
    });
  }

  private async hangUpAll(calls: Halt): Promise<void> {
    await this.each(await this.withdrawals.atCarrier(calls), ({ sid }) => this.carrier.hangUp(sid));
  }

  /** A carrier that refuses one of them must not keep the others from being asked; they end by themselves. */
  private async each<T>(items: T[], act: (item: T) => Promise<void>): Promise<void> {
    const results = await Promise.allSettled(items.map(act));
    for (const result of results) {
      if (result.status === 'rejected')
        this.log.warn(`The carrier did not end a call: ${String(result.reason)}`);
    }
  }
}
