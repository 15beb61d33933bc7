import { randomUUID } from 'node:crypto';
import { CallLife } from './call-life.js';
import { planCall } from './call-plan.js';
import { isOpen, nothingDue } from './call-record.js';
import type { CallRecord, CallRequest } from './call-record.js';
import { CallsStore } from './calls-store.js';
import { readCreateRequest, readTwimlSource } from './create-request.js';
import { refusal } from './errors.js';
import { Faults } from './faults.js';
import { Ledger } from './ledger.js';
import { Scripts } from './scripts.js';
import type { NumberScript, SettingsBox } from './settings.js';
import { StatusCallbacks } from './status-callbacks.js';
import { nowMs, Timers } from './timers.js';
import { Webhooks } from './webhooks.js';

interface Account {
  accountSid: string;
  authToken: string;
  fromNumbers?: readonly string[];
}

/** The carrier itself, without HTTP: takes calls, changes them, and remembers all of them. */
export class Switchboard {
  readonly store = new CallsStore();
  readonly ledger = new Ledger();
  readonly timers = new Timers();
  readonly faults: Faults;
  private readonly webhooks: Webhooks;
  private readonly life: CallLife;
  private readonly scripts = new Scripts();
  private serial = 0;

  constructor(
    readonly account: Account,
    readonly settings: SettingsBox,
  ) {
    const { timers, ledger } = this;
    const { accountSid, authToken } = account;
    this.faults = new Faults(settings);
    this.webhooks = new Webhooks(authToken, timers);
    const { webhooks } = this;
    const callbacks = new StatusCallbacks(accountSid, webhooks, this.faults, timers);
    this.life = new CallLife({ accountSid, settings, timers, callbacks, webhooks, ledger });
  }

  /**
   * Accepts a call; it is queued until `begin`.
   * @throws CarrierError if Twilio would refuse it
   */
  place(form: URLSearchParams, placedAt: number): CallRecord {
    const request = readCreateRequest(form, this.account.fromNumbers);
    const script = this.scripts.next(this.settings.now, request.to);
    if (script.refuse !== undefined) throw refusal(script.refuse, request.to);
    const call = this.record(request, script, placedAt);
    this.store.add(call);
    this.ledger.placed(call);
    return call;
  }

  begin(call: CallRecord): void {
    if (isOpen(call)) this.life.begin(call);
  }

  /**
   * Hangs up (`Status=completed`), cancels (`Status=canceled`, no effect once answered) or redirects a call.
   * @throws CarrierError 21220 if the call is over, or not in progress for other TwiML
   */
  update(call: CallRecord, form: URLSearchParams): void {
    const status = form.get('Status') ?? '';
    const source = readTwimlSource(form);
    if (!isOpen(call)) throw refusal(21220);
    if (status === 'completed') return this.life.hangUp(call);
    if (status === 'canceled') return call.status === 'in-progress' ? undefined : this.life.hangUp(call);
    if (status !== '') throw refusal(20001, 'Status');
    if (!source) return;
    if (call.status !== 'in-progress') throw refusal(21220);
    this.life.redirect(call, source);
  }

  /** Empties the ledger and counts attempts from one again, so that a seeded run can be repeated. */
  clearLedger(): void {
    this.ledger.clear();
    this.store.resetAttempts();
    this.faults.forget();
  }

  close(): void {
    this.timers.clear();
    this.webhooks.close();
  }

  private record(request: CallRequest, script: NumberScript, placedAt: number): CallRecord {
    const attempt = this.store.nextAttempt(request.to);
    this.serial += 1;
    const plan = planCall(this.settings.now, script, { to: request.to, attempt });
    return {
      sid: `CA${randomUUID().replaceAll('-', '')}`,
      serial: this.serial,
      attempt,
      placedAt,
      request,
      plan,
      keys: plan.keys,
      typed: [],
      talkedMs: 0,
      source: request.source,
      status: 'queued',
      events: [{ status: 'queued', at: placedAt }],
      fired: 0,
      callbacks: { sent: 0, failed: 0 },
      lane: { tail: Promise.resolve(), held: [] },
      forged: { sent: 0, accepted: 0 },
      due: nowMs(),
      callOff: nothingDue,
    };
  }
}
