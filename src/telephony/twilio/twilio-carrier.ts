import twilio from 'twilio';
import type { CallInstance } from 'twilio/lib/rest/api/v2010/account/call.js';
import {
  CARRIER_STATUSES,
  Carrier,
  CarrierError,
  type CarrierCall,
  type PlacementRequest,
  type PlacementResult,
} from '../carrier.js';
import { RETRY_ALWAYS } from './connection-overrides.js';
import { classifyRefusal, type TwilioRefusal } from './twilio-errors.js';
import { NotSentError, TwilioHttpClient, type SendWatch } from './twilio-http-client.js';

export interface TwilioAccount {
  accountSid: string;
  authToken: string;
  /** Another base URL than Twilio's own. */
  apiUrl?: string;
  requestTimeoutMs: number;
}

const CALLBACK_EVENTS = ['initiated', 'ringing', 'answered', 'completed'];

/** The official SDK behind the carrier port. */
export class TwilioCarrier extends Carrier {
  private readonly http: TwilioHttpClient;
  private readonly calls: twilio.Twilio['calls'];

  constructor(account: TwilioAccount) {
    super();
    this.http = new TwilioHttpClient(account.apiUrl, account.requestTimeoutMs);
    // The SDK loads this part of itself when it is asked for, in some 50 ms: now, and not while the first call's turn passes.
    this.calls = twilio(account.accountSid, account.authToken, { httpClient: this.http }).calls;
  }

  async place(request: PlacementRequest): Promise<PlacementResult> {
    const watch: SendWatch = { maySend: request.maySend, onSent: request.onSent, sent: false };
    try {
      const call = await this.http.watching(watch, () => this.create(request));
      if (isSid(call.sid)) return { kind: 'accepted', sid: call.sid };
      return { kind: 'unknown', code: 'GARBLED_ANSWER', message: 'The carrier answered without a call SID' };
    } catch (error) {
      return this.sort(error);
    }
  }

  async fetch(sid: string): Promise<CarrierCall | null> {
    try {
      return toCarrierCall(await this.calls(sid).fetch());
    } catch (error) {
      if (refusalOf(error)?.status === 404) return null;
      throw asCarrierError(error);
    }
  }

  async find(numbers: { to: string; from: string }): Promise<CarrierCall[]> {
    try {
      return (await this.calls.list({ ...numbers, limit: 50 })).map(toCarrierCall);
    } catch (error) {
      throw asCarrierError(error);
    }
  }

  hangUp(sid: string): Promise<void> {
    return this.update(sid, 'completed');
  }

  cancel(sid: string): Promise<void> {
    return this.update(sid, 'canceled');
  }

  private create(request: PlacementRequest): Promise<CallInstance> {
    return this.calls.create({
      to: request.to,
      from: request.from,
      url: request.twimlUrl,
      method: 'POST',
      statusCallback: request.statusCallbackUrl + RETRY_ALWAYS,
      statusCallbackMethod: 'POST',
      statusCallbackEvent: CALLBACK_EVENTS,
      timeout: request.ringTimeoutS,
      timeLimit: request.timeLimitS,
      ...(request.machineDetection ? { machineDetection: 'Enable' } : {}),
    });
  }

  private async update(sid: string, status: 'completed' | 'canceled'): Promise<void> {
    try {
      await this.calls(sid).update({ status });
    } catch (error) {
      throw asCarrierError(error);
    }
  }

  private sort(error: unknown): PlacementResult {
    const refusal = refusalOf(error);
    if (refusal) return classifyRefusal(refusal);
    const message = error instanceof Error ? error.message : String(error);
    return error instanceof NotSentError
      ? { kind: 'not_placed', code: error.code, message }
      : { kind: 'unknown', code: 'NO_ANSWER', message };
  }
}

/** The SDK has two classes for an answer that refuses (an old and an RFC 9457 form); both carry `status` and `code`. */
function refusalOf(error: unknown): TwilioRefusal | undefined {
  if (!(error instanceof Error) || !('status' in error) || typeof error.status !== 'number') return undefined;
  const code = 'code' in error && typeof error.code === 'number' ? error.code : undefined;
  return { status: error.status, code, message: error.message };
}

function isSid(sid: unknown): sid is string {
  return typeof sid === 'string' && /^CA[0-9a-fA-F]{32}$/.test(sid);
}

function asCarrierError(error: unknown): CarrierError {
  return new CarrierError(error instanceof Error ? error.message : String(error), { cause: error });
}

function toCarrierCall(call: CallInstance): CarrierCall {
  const status = CARRIER_STATUSES.find((known) => known === call.status);
  if (status === undefined) throw new CarrierError(`The carrier told an unknown status: ${call.status}`);
  return {
    sid: call.sid,
    to: call.to,
    from: call.from,
    status,
    createdAt: call.dateCreated,
    durationMs: call.duration ? Number(call.duration) * 1000 : null,
    answeredBy: call.answeredBy || null,
  };
}
