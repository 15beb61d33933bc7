import { progressParams } from './callback-params.js';
import type { CallRecord } from './call-record.js';
import type { CallbackEvent } from './fault-kinds.js';
import type { Faults } from './faults.js';
import type { FormParams } from './signature.js';
import type { Timers } from './timers.js';
import type { Webhooks } from './webhooks.js';

/** Tells the user's server how a call goes on, for the events it asked for, in their order. */
export class StatusCallbacks {
  constructor(
    private readonly accountSid: string,
    private readonly webhooks: Webhooks,
    private readonly faults: Faults,
    private readonly timers: Timers,
  ) {}

  /** Never waits: a call lives on whether or not anybody listens. */
  fire(call: CallRecord, event: CallbackEvent): void {
    const sequence = call.fired;
    call.fired += 1;
    const { statusCallback, statusCallbackEvents, to } = call.request;
    if (statusCallback === undefined || !statusCallbackEvents.includes(event)) return;

    const params = progressParams(call, this.accountSid, sequence);
    if (this.faults.isForged(event, to, call.attempt)) void this.forge(call, params);
    const strike = this.faults.onCallback(event, to, call.attempt);
    if (strike?.kind === 'drop-callback') return;
    if (strike?.kind === 'delay-callback') {
      this.timers.after(strike.delayMs, () => void this.send(call, params));
      return;
    }
    const { lane } = call;
    // Nothing follows the last event, so it cannot change places with its successor.
    if (strike?.kind === 'reorder-callback' && event !== 'completed') {
      lane.held.push(params);
      return;
    }
    this.queue(call, params);
    if (strike?.kind === 'duplicate-callback') this.queue(call, params);
    for (const late of lane.held.splice(0)) this.queue(call, late);
  }

  private queue(call: CallRecord, params: FormParams): void {
    const { lane } = call;
    lane.tail = lane.tail.then(() => this.send(call, params));
  }

  /** Somebody else claims that the call is over: nobody may believe it. */
  private async forge(call: CallRecord, params: FormParams): Promise<void> {
    const { statusCallback: url = '', statusCallbackMethod: method } = call.request;
    const lie = { ...params, CallStatus: 'completed', CallDuration: '9999', SequenceNumber: '99' };
    call.forged.sent += 1;
    const answer = await this.webhooks.send({ url, method, params: lie, isForged: true }).catch(() => null);
    if (answer !== null && answer.status < 400) call.forged.accepted += 1;
  }

  private async send(call: CallRecord, params: FormParams): Promise<void> {
    const { statusCallback: url = '', statusCallbackMethod: method } = call.request;
    try {
      const { status } = await this.webhooks.send({ url, method, params });
      if (status < 400) call.callbacks.sent += 1;
      else call.callbacks.failed += 1;
    } catch {
      // Nobody there, or no answer: the carrier shrugs, as the real one does.
      call.callbacks.failed += 1;
    }
  }
}
