import { Injectable } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import { Checkpoints, Clock } from '../common/index.js';
import { AppConfig } from '../config/index.js';
import { Carrier, callbackUrls, type PlacementResult } from '../telephony/index.js';
import { SEND_WITHIN_MS, type PlacementOrder } from './placement.repository.js';

/** Writes the one request of a placement, with this deployment's settings, behind the fence. */
@Injectable()
export class CarrierRequests {
  constructor(
    private readonly carrier: Carrier,
    private readonly config: AppConfig,
    private readonly clock: Clock,
    private readonly checkpoints: Checkpoints,
  ) {}

  /** Until when the bytes may leave. Read it before the guard is asked: `send_by` is set later, so this is the stricter. */
  deadline(): number {
    this.checkpoints.at('placement.before-guard');
    return this.clock.monotonic() + SEND_WITHIN_MS;
  }

  /** @param at milliseconds of the monotonic clock */
  async untilTime(at: number): Promise<void> {
    const waitMs = at - this.clock.monotonic();
    if (waitMs > 0) await delay(waitMs);
  }

  /** @param onSent hears when the bytes have left; never, where they do not */
  async send(order: PlacementOrder, deadline: number, onSent?: () => void): Promise<PlacementResult> {
    this.checkpoints.at('placement.guarded');
    const result = await this.carrier.place({
      to: order.phoneNumber,
      from: order.fromNumber,
      ...callbackUrls(this.config.publicUrl, order.id),
      ringTimeoutS: this.config.RING_TIMEOUT_S,
      timeLimitS: this.config.CALL_TIME_LIMIT_S,
      machineDetection: this.config.MACHINE_DETECTION,
      maySend: () => this.clock.monotonic() < deadline,
      onSent: () => {
        this.checkpoints.at('placement.sent');
        onSent?.();
      },
    });
    this.checkpoints.at('placement.answered');
    return result;
  }
}
