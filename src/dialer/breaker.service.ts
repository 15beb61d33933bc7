import { Injectable, Logger } from '@nestjs/common';
import { CampaignLifecycleService } from '../campaigns/index.js';
import { AppConfig } from '../config/index.js';
import { BreakerRepository, type CampaignRecord } from './breaker.repository.js';
import { judgeCarrier } from './rules/breaker.js';

/**
 * Pauses campaigns whose calls the carrier fails. It looks when a failure comes in, never on a success; however many come at
 * once, one look runs and one waits.
 */
@Injectable()
export class BreakerService {
  private readonly log = new Logger(BreakerService.name);
  private failed = new Set<string>();
  private running: Promise<void> | null = null;

  constructor(
    private readonly records: BreakerRepository,
    private readonly lifecycle: CampaignLifecycleService,
    private readonly config: AppConfig,
  ) {}

  /** The carrier failed this call: its campaign is judged soon. Calls that are queued are then taken back by their guard. */
  notice(callId: string): void {
    if (this.config.CARRIER_BREAKER_PERCENT === 0) return;
    this.failed.add(callId);
    this.running ??= this.judge()
      .catch((error: unknown) => {
        this.log.error(`The carrier could not be judged: ${String(error)}`);
      })
      .finally(() => (this.running = null));
  }

  private async judge(): Promise<void> {
    while (this.failed.size > 0) {
      const callIds = [...this.failed];
      this.failed.clear();
      const records = await this.records.recordsOf(callIds, this.config.CARRIER_BREAKER_WINDOW_S);
      for (const record of records) await this.judgeOne(record);
    }
  }

  private async judgeOne(record: CampaignRecord): Promise<void> {
    const { CARRIER_BREAKER_PERCENT, CARRIER_BREAKER_CALLS, CARRIER_BREAKER_WINDOW_S } = this.config;
    const reason = judgeCarrier(record, {
      percent: CARRIER_BREAKER_PERCENT,
      leastCalls: CARRIER_BREAKER_CALLS,
      windowS: CARRIER_BREAKER_WINDOW_S,
    });
    if (reason === null || !(await this.lifecycle.pauseItself(record.campaignId, reason))) return;
    this.log.warn(`Campaign ${record.campaignId} paused: ${reason.message}`);
  }
}
