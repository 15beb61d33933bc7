import { randomUUID } from 'node:crypto';
import { stringify } from 'node:querystring';
import { Agent, errors, type Dispatcher } from 'undici';
import { splitOverride } from './connection-override.js';
import type { ConnectionOverride } from './connection-override.js';
import { signRequest } from './signature.js';
import type { FormParams } from './signature.js';
import { nowMs } from './timers.js';
import type { Timers } from './timers.js';

/** Half the processor time of Node's own client; each attempt's time limits are our own. */
const CLIENT = { connections: 256, headersTimeout: 0, bodyTimeout: 0 };
/** Twilio reads no more of an answer than this (error 11750). */
const LONGEST_ANSWER = 64 * 1024;
/** The first pause before a retry, real ms; it doubles. An app that restarts is back within a few of them. */
const FIRST_PAUSE_MS = 250;

const FORGER_TOKEN = 'the-token-of-somebody-else';

export interface WebhookAnswer {
  status: number;
  contentType: string;
  body: string;
}

/** A webhook that got no answer: nobody there (ct), or no answer in time (rt). */
class WebhookError extends Error {
  constructor(
    readonly kind: 'ct' | 'rt',
    message: string,
  ) {
    super(message);
  }
}

interface Hook {
  url: string;
  method: 'GET' | 'POST';
  params: FormParams;
  /** Signed with a token that is not the account's. */
  isForged?: boolean;
}

/** Sends signed requests to the user's own server, over connections that are kept open. */
export class Webhooks {
  private readonly client = new Agent(CLIENT);
  private isClosed = false;

  constructor(
    private readonly authToken: string,
    private readonly timers: Timers,
  ) {}

  /**
   * Sends until it is answered or the URL's retries are used up; an error status counts as an answer.
   * @throws WebhookError if there was none
   */
  async send(hook: Hook): Promise<WebhookAnswer> {
    const { url, address, override } = splitOverride(hook.url);
    const request = this.requestOf(hook, url, address);
    const endsAt = nowMs() + override.totalMs;
    for (let attempt = 0; ; attempt += 1) {
      const result = await this.attempt(request, override, endsAt - nowMs());
      const pause = FIRST_PAUSE_MS * 2 ** attempt;
      const isLast = attempt >= override.retries || nowMs() + pause >= endsAt || this.isClosed;
      if (isLast || !isWorthRetrying(result, override)) {
        if (result instanceof WebhookError) throw result;
        return result;
      }
      await new Promise<void>((resolve) => this.timers.after(pause, resolve));
    }
  }

  close(): void {
    this.isClosed = true;
    this.client.destroy().catch(() => undefined);
  }

  /** The same for every attempt, its signature and token included. */
  private requestOf(
    { method, params, isForged }: Hook,
    url: string,
    address: URL,
  ): Dispatcher.DispatchOptions {
    const isPost = method === 'POST';
    const form = stringify(params);
    const asked = isPost ? url : withQuery(url, form);
    const { origin, pathname, search, username, password } = isPost ? address : new URL(asked);
    const secret = isForged ? FORGER_TOKEN : this.authToken;
    const headers = ['User-Agent', 'TwilioProxy/1.1', 'Accept', '*/*'];
    headers.push('X-Twilio-Signature', signRequest(secret, asked, isPost ? params : {}));
    headers.push('I-Twilio-Idempotency-Token', randomUUID());
    if (isPost) headers.push('Content-Type', 'application/x-www-form-urlencoded; charset=UTF-8');
    if (username !== '') headers.push('Authorization', basic(username, password));
    return { origin, path: pathname + search, method, body: isPost ? form : null, headers };
  }

  private async attempt(
    request: Dispatcher.DispatchOptions,
    override: ConnectionOverride,
    leftMs: number,
  ): Promise<WebhookAnswer | WebhookError> {
    const limits = {
      connectMs: Math.min(override.connectMs, leftMs),
      readMs: Math.min(override.readMs, leftMs),
    };
    try {
      return await this.exchange(request, limits);
    } catch (error) {
      return error instanceof WebhookError ? error : new WebhookError('ct', String(error));
    }
  }

  private async exchange(request: Dispatcher.DispatchOptions, limits: Limits): Promise<WebhookAnswer> {
    const first = new Exchange(limits, this.timers);
    this.client.dispatch(request, first);
    try {
      return await first.answer;
    } catch (error) {
      if (!first.wasStale || this.isClosed) throw error;
    }
    const second = new Exchange(limits, this.timers);
    this.client.dispatch(request, second);
    return second.answer;
  }
}

interface Limits {
  connectMs: number;
  readMs: number;
}

/** One request on the wire, and its answer. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly answer: Promise<WebhookAnswer>;
  /** It went out over an idle connection that the server was just closing: nobody read it, and it may be sent afresh. */
  wasStale = false;
  private kind: 'ct' | 'rt' = 'ct';
  private controller?: Dispatcher.DispatchController;
  private status = 0;
  private contentType = '';
  private readonly chunks: Buffer[] = [];
  private size = 0;
  private isOver = false;
  private callOff: () => void;
  private resolve: (answer: WebhookAnswer) => void = () => undefined;
  private reject: (error: WebhookError) => void = () => undefined;

  constructor(
    private readonly limits: Limits,
    private readonly timers: Timers,
  ) {
    this.answer = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    this.callOff = timers.after(limits.connectMs, () => this.giveUp('no connection in time'));
  }

  /** The connection stands, and nothing has been written to it yet. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    if (this.isOver) return controller.abort(new Error('timed out'));
    this.kind = 'rt';
    this.callOff();
    this.callOff = this.timers.after(this.limits.readMs, () => this.giveUp('no answer in time'));
  }

  onResponseStart(
    _: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    this.status = status;
    this.contentType = String(headers['content-type'] ?? '');
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.size += chunk.length;
    if (this.size > LONGEST_ANSWER) this.giveUp('the answer is longer than 64 kB');
    else this.chunks.push(chunk);
  }

  onResponseEnd(): void {
    this.settle();
    const body = Buffer.concat(this.chunks).toString('utf8');
    this.resolve({ status: this.status, contentType: this.contentType, body });
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.wasStale = this.status === 0 && isReset(error);
    this.fail(error.message);
  }

  private giveUp(why: string): void {
    this.fail(why);
    this.controller?.abort(new Error(why));
  }

  private fail(why: string): void {
    this.settle();
    this.reject(new WebhookError(this.kind, why));
  }

  private settle(): void {
    this.isOver = true;
    this.callOff();
  }
}

function isWorthRetrying(result: WebhookAnswer | WebhookError, { policies }: ConnectionOverride): boolean {
  if (result instanceof WebhookError) return policies.has(result.kind);
  if (result.status >= 500) return policies.has('5xx');
  return result.status >= 400 && policies.has('4xx');
}

const basic = (name: string, password: string): string =>
  `Basic ${Buffer.from(`${decodeURIComponent(name)}:${decodeURIComponent(password)}`).toString('base64')}`;

/** Closed by the other side; where the connection had served before, if undici tells. */
function isReset(error: Error): boolean {
  if (error instanceof errors.SocketError) return (error.socket?.bytesRead ?? 0) > 0;
  return 'code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
}

const withQuery = (url: string, query: string): string => `${url}${url.includes('?') ? '&' : '?'}${query}`;
