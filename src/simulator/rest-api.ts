import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CallRecord } from './call-record.js';
import { API_VERSION, callResource } from './call-resource.js';
import { CarrierError, refusal } from './errors.js';
import type { Operation } from './fault-kinds.js';
import type { RequestStrike } from './faults.js';
import { readBody, sendJson } from './http.js';
import { listCalls } from './list-calls.js';
import type { Switchboard } from './switchboard.js';
import { nowMs } from './timers.js';

const PATH = new RegExp(`^/${API_VERSION}/Accounts/(?<account>[^/]+)/Calls(?:/(?<call>[^/]+))?\\.json$`);

interface Order {
  on: Operation;
  url: URL;
  form: URLSearchParams;
  callSid: string;
  receivedAt: number;
}

interface Answer {
  status: number;
  body: unknown;
  /** A call that is to start as soon as the answer is on its way. */
  placed?: CallRecord;
}

/** The part of Twilio's REST API that deals with calls, faults included. */
export class RestApi {
  constructor(private readonly board: Switchboard) {}

  async handle(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const body = await readBody(request);
    const receivedAt = nowMs();
    const form = new URLSearchParams(isForm(request) ? body : '');
    let strike: RequestStrike | undefined;
    let answer: Answer;
    try {
      if (body === undefined) throw refusal(20413);
      const order = this.orderOf(request, url, form, receivedAt);
      strike = this.board.faults.onRequest(order.on, this.numberOf(order));
      if (strike?.stage === 'before') {
        this.strikeAt(strike, form, response);
        return;
      }
      answer = this.execute(order, strike?.act === 'lag' ? strike.delayMs : 0);
    } catch (error) {
      if (!(error instanceof CarrierError)) throw error;
      this.refuse(error, isCreate(request, url), form, response);
      return;
    }
    this.deliver(answer, strike, response);
    const { placed } = answer;
    // After the answer, as a carrier does; under load a callback may still overtake it on its way.
    if (placed) setImmediate(() => this.board.begin(placed));
  }

  private orderOf(request: IncomingMessage, url: URL, form: URLSearchParams, receivedAt: number): Order {
    const match = PATH.exec(url.pathname);
    if (!match?.groups) throw refusal(20404, url.pathname);
    const { account = '', call = '' } = match.groups;
    this.authenticate(request, account);
    const on = operationOf(request.method, call !== '');
    return { on, url, form, callSid: call, receivedAt };
  }

  private authenticate(request: IncomingMessage, accountSid: string): void {
    const { account } = this.board;
    const given = /^Basic (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
    const expected = Buffer.from(`${account.accountSid}:${account.authToken}`);
    const presented = Buffer.from(given, 'base64');
    const isSame = presented.length === expected.length && timingSafeEqual(presented, expected);
    if (!isSame || accountSid !== account.accountSid) throw refusal(20003);
  }

  private execute(order: Order, lagMs: number): Answer {
    const { accountSid } = this.board.account;
    if (order.on === 'list') {
      return { status: 200, body: listCalls(this.board.store, accountSid, order.url.searchParams, lagMs) };
    }
    if (order.on === 'create') {
      const placed = this.board.place(order.form, order.receivedAt);
      return { status: 201, body: callResource(placed, accountSid), placed };
    }
    const call = this.board.store.get(order.callSid);
    if (!call) throw refusal(20404, order.url.pathname);
    if (order.on === 'update') this.board.update(call, order.form);
    return { status: 200, body: callResource(call, accountSid) };
  }

  private numberOf({ on, form, url, callSid }: Order): string {
    if (on === 'create') return form.get('To') ?? '';
    if (on === 'list') return url.searchParams.get('To') ?? '';
    return this.board.store.get(callSid)?.request.to ?? '';
  }

  private strikeAt(strike: RequestStrike, form: URLSearchParams, response: ServerResponse): void {
    if (strike.act === 'answer') this.refuse(refusal(strike.code), true, form, response);
    else this.deliver({ status: 200, body: {} }, strike, response);
  }

  private deliver(
    { status, body }: Answer,
    strike: RequestStrike | undefined,
    response: ServerResponse,
  ): void {
    switch (strike?.act) {
      case undefined:
      case 'lag':
        return sendJson(response, status, body);
      case 'answer':
        return sendJson(response, strike.status, refusal(strike.code).body);
      case 'reset':
        response.socket?.resetAndDestroy();
        return;
      case 'garble':
        response.writeHead(status, { 'Content-Type': 'application/json' });
        response.end(JSON.stringify(body).slice(0, 40));
        return;
      case 'wait':
        this.board.timers.after(strike.delayMs, () => sendJson(response, status, body));
        return;
      case 'hang':
        return;
    }
  }

  private refuse(
    error: CarrierError,
    isPlacing: boolean,
    form: URLSearchParams,
    response: ServerResponse,
  ): void {
    if (isPlacing) this.board.ledger.refused({ to: form.get('To') ?? '', code: error.code, at: nowMs() });
    sendJson(response, error.status, error.body);
  }
}

const isForm = (request: IncomingMessage): boolean =>
  /^application\/x-www-form-urlencoded\b/i.test(request.headers['content-type'] ?? '');

const isCreate = (request: IncomingMessage, url: URL): boolean =>
  request.method === 'POST' && url.pathname.endsWith('/Calls.json');

function operationOf(method: string | undefined, isOneCall: boolean): Operation {
  if (method === 'GET') return isOneCall ? 'fetch' : 'list';
  if (method === 'POST') return isOneCall ? 'update' : 'create';
  throw refusal(20004);
}
