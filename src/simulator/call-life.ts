import { SIP_CODES, wholeSeconds } from './call-ends.js';
import { callParams } from './callback-params.js';
import { isOpen, nothingDue } from './call-record.js';
import type { CallRecord, CallStatus, FinalStatus, TwimlSource } from './call-record.js';
import type { CallbackEvent } from './fault-kinds.js';
import type { Ledger } from './ledger.js';
import type { SettingsBox } from './settings.js';
import type { StatusCallbacks } from './status-callbacks.js';
import { nowMs } from './timers.js';
import type { Timers } from './timers.js';
import { parseTwiml, TwimlError } from './twiml.js';
import type { Verb } from './twiml.js';
import { play, within } from './twiml-play.js';
import type { Gathered, Played } from './twiml-play.js';
import type { Webhooks } from './webhooks.js';

const EVENTS: Readonly<Partial<Record<CallStatus, CallbackEvent>>> = {
  initiated: 'initiated',
  ringing: 'ringing',
  'in-progress': 'answered',
};

/** What a call's life needs around it. */
interface Surroundings {
  accountSid: string;
  settings: SettingsBox;
  timers: Timers;
  callbacks: StatusCallbacks;
  webhooks: Webhooks;
  ledger: Ledger;
}

/**
 * Leads a call from queued to its end: queued → initiated → ringing → in-progress → completed, or aside to busy,
 * no-answer, failed or canceled. Each step is due at a moment reckoned from the step before, not from when the
 * timer happened to fire, so that thousands of calls at once keep their lengths.
 */
export class CallLife {
  constructor(private readonly around: Surroundings) {}

  begin(call: CallRecord): void {
    this.after(call, call.plan.queueMs, () => this.dial(call));
  }

  /** Hangs up in any open status: an answered call completes, one that nobody answered yet is canceled. */
  hangUp(call: CallRecord): void {
    this.end(call, call.status === 'in-progress' ? 'completed' : 'canceled');
  }

  /** Gives a call in progress other TwiML, from now on. */
  redirect(call: CallRecord, source: TwimlSource): void {
    call.callOff();
    call.source = source;
    call.talkedMs = undefined;
    call.due = nowMs();
    void this.follow(call, source);
  }

  private dial(call: CallRecord): void {
    call.dialedAt = nowMs();
    this.move(call, 'initiated');
    const { outcome, ringMs = Infinity } = call.plan;
    if (outcome === 'failed') return this.after(call, ringMs, () => this.end(call, 'failed'));

    this.move(call, 'ringing');
    const timeoutMs = call.request.timeoutS * 1000;
    if (ringMs > timeoutMs || outcome === 'no-answer') {
      return this.after(call, Math.min(ringMs, timeoutMs), () => this.end(call, 'no-answer'));
    }
    this.after(call, ringMs, () => (outcome === 'busy' ? this.end(call, 'busy') : this.answer(call)));
  }

  private answer(call: CallRecord): void {
    call.answeredAt = nowMs();
    this.move(call, 'in-progress');
    if (call.request.detectMachine)
      call.answeredBy = call.plan.outcome === 'machine' ? 'machine_start' : 'human';
    void this.follow(call, call.source);
  }

  /** Fetches the TwiML and stays on the line as long as it lasts, or until what it asks for was typed. */
  private async follow(call: CallRecord, source: TwimlSource, more?: { Digits: string }): Promise<void> {
    let heard: Played = { ms: 0 };
    try {
      heard = hear(call, await this.verbsOf(call, source, more));
    } catch (error) {
      // Twilio says "an application error has occurred" and hangs up; the call counts as completed.
      const code = error instanceof TwimlError ? error.code : 11200;
      call.twimlError = { code, message: error instanceof Error ? error.message : String(error) };
    }
    if (!isOpen(call) || call.source !== source) return;
    const { ms, gathered } = heard;
    const leftMs = call.request.timeLimitS * 1000 - (call.talkedMs ?? 0);
    if (call.talkedMs !== undefined) call.talkedMs += Math.min(ms, leftMs);
    if (gathered && ms < leftMs) this.after(call, ms, () => this.type(call, gathered));
    else this.after(call, Math.min(ms, leftMs), () => this.end(call, 'completed', call.talkedMs));
  }

  /** Sends what was typed to the action of its `<Gather>`, and follows what that answers. */
  private type(call: CallRecord, { digits, action, method, keys }: Gathered): void {
    call.keys = keys;
    call.typed.push({ digits, at: nowMs() });
    call.source =
      action === undefined ? { ...call.source, method } : { url: whole(action, call.source), method };
    void this.follow(call, call.source, { Digits: digits });
  }

  private async verbsOf(call: CallRecord, source: TwimlSource, more?: { Digits: string }): Promise<Verb[]> {
    if (source.twiml !== undefined) return parseTwiml(source.twiml);
    const params = Object.assign(callParams(call, this.around.accountSid, call.status), more);
    const { url = '', method } = source;
    const { status, contentType, body } = await this.around.webhooks.send({ url, method, params });
    if (status < 200 || status > 299) throw new TwimlError(11200, `HTTP retrieval failure: status ${status}`);
    if (!/xml/i.test(contentType)) throw new TwimlError(12300, `Invalid Content-Type: ${contentType}`);
    return parseTwiml(body);
  }

  /** `talkedMs`: how long it talked at speed 1, where that was laid down beforehand. */
  private end(call: CallRecord, status: FinalStatus, talkedMs?: number): void {
    if (!isOpen(call)) return;
    call.callOff();
    call.callOff = nothingDue;
    const wasDialed = call.dialedAt !== undefined;
    const at = nowMs();
    call.endedAt = at;
    if (call.answeredAt !== undefined) {
      call.durationS = wholeSeconds(talkedMs ?? (at - call.answeredAt) * this.around.settings.now.speed);
    }
    call.sipCode = (status === 'failed' ? call.plan.sipCode : undefined) ?? SIP_CODES[status];
    this.record(call, status, at);
    this.around.ledger.ended();
    // A fact of Twilio's: nobody is told about a call that was canceled while it was queued.
    if (wasDialed) this.around.callbacks.fire(call, 'completed');
  }

  private move(call: CallRecord, status: CallStatus): void {
    this.record(call, status, nowMs());
    const event = EVENTS[status];
    if (event) this.around.callbacks.fire(call, event);
  }

  private record(call: CallRecord, status: CallStatus, at: number): void {
    call.status = status;
    call.events.push({ status, at });
  }

  private after(call: CallRecord, ms: number, act: () => void): void {
    call.due += ms / this.around.settings.now.speed;
    call.callOff = this.around.timers.after(call.due - nowMs(), act);
  }
}

/** Who is to press keys listens to the end; everybody else hangs up when `talkMs` says so. */
function hear({ plan, keys }: CallRecord, verbs: readonly Verb[]): Played {
  const played = play(verbs, { openMs: plan.openTalkMs, keys, keyMs: plan.keyMs });
  const staysOn = plan.fixedTalkMs === undefined && !plan.talkBounds;
  if (staysOn || plan.keys !== '') return played;
  return { ms: plan.fixedTalkMs ?? within(played.ms, plan.talkBounds) };
}

/** An action may be relative to where its TwiML came from. */
const whole = (action: string, { url }: TwimlSource): string =>
  URL.canParse(action, url) ? new URL(action, url).href : action;
