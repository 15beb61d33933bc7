import type { SelfPause } from '../../campaigns/index.js';

/** When a campaign stops asking a carrier that fails. */
export interface BreakerSettings {
  /** Percent of the calls that may fail, the carrier's fault; 0: any number. */
  percent: number;
  /** Fewer calls than this prove nothing. */
  leastCalls: number;
  /** Seconds looked back. */
  windowS: number;
}

/** The campaign's calls within the window of which it is known how the carrier treated them. */
export interface CarrierRecord {
  /** Calls the carrier failed: no answer, a reset, a 5xx, a call that ended by a SIP 5xx, or it could not be reached at all. */
  failed: number;
  /** Calls it handled, whatever the callee did: answered, busy, no answer, a number that does not exist. */
  handled: number;
}

/** Whether a call that ended as failed by this code was failed by the carrier: SIP 5xx, server failures (RFC 3261, 21.5). */
export function isServerFailure(code: string | undefined): boolean {
  return code !== undefined && /^5\d\d$/.test(code);
}

/** Why the campaign must pause; null: it need not. */
export function judgeCarrier(
  { failed, handled }: CarrierRecord,
  settings: BreakerSettings,
): SelfPause | null {
  const { percent, leastCalls, windowS } = settings;
  const calls = failed + handled;
  if (percent === 0 || calls < leastCalls || failed * 100 < calls * percent) return null;
  const share = Math.round((failed / calls) * 100);
  return {
    code: 'CARRIER_FAILING',
    message: `The carrier failed ${failed} of ${calls} calls (${share} %) within ${windowS} s: resume when it is well again`,
  };
}
