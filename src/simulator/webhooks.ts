import { randomUUID } from 'node:crypto';
import { Agent, request as httpRequest } from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { stringify } from 'node:querystring';
import { Agent as TlsAgent, request as httpsRequest } from 'node:https';
import { splitOverride } from './connection-override.js';
import type { ConnectionOverride } from './connection-override.js';
import { readBody } from './http.js';
import { signRequest } from './signature.js';
import type { FormParams } from './signature.js';
import { nowMs } from './timers.js';
import type { Timers } from './timers.js';

const AGENT_OPTIONS = { keepAlive: true, maxSockets: 256 };
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
export class WebhookError extends Error {
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
  private readonly agent = new Agent(AGENT_OPTIONS);
  private readonly tlsAgent = new TlsAgent(AGENT_OPTIONS);
  private readonly inFlight = new Set<ClientRequest>();
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
    const { url, override } = splitOverride(hook.url);
    const endsAt = nowMs() + override.totalMs;
    const token = randomUUID();
    for (let attempt = 0; ; attempt += 1) {
      const result = await this.attempt({ ...hook, url }, override, token, endsAt - nowMs());
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
    for (const request of this.inFlight) request.destroy();
    this.agent.destroy();
    this.tlsAgent.destroy();
  }

  private async attempt(hook: Hook, override: ConnectionOverride, token: string, leftMs: number) {
    const limits = {
      connectMs: Math.min(override.connectMs, leftMs),
      readMs: Math.min(override.readMs, leftMs),
    };
    try {
      return await this.exchange(hook, limits, token);
    } catch (error) {
      return error instanceof WebhookError ? error : new WebhookError('ct', String(error));
    }
  }

  private exchange(
    hook: Hook,
    limits: { connectMs: number; readMs: number },
    token: string,
  ): Promise<WebhookAnswer> {
    const form = stringify(hook.params);
    const url = hook.method === 'GET' ? withQuery(hook.url, form) : hook.url;
    const isPost = hook.method === 'POST';
    const secret = hook.isForged ? FORGER_TOKEN : this.authToken;
    const signature = signRequest(secret, url, isPost ? hook.params : {});
    const isTls = url.startsWith('https:');
    const options = {
      method: hook.method,
      agent: isTls ? this.tlsAgent : this.agent,
      headers: {
        'User-Agent': 'TwilioProxy/1.1',
        Accept: '*/*',
        'X-Twilio-Signature': signature,
        'I-Twilio-Idempotency-Token': token,
        ...(isPost && {
          'Content-Type': 'application/x-www-form-urlencoded; charset=UTF-8',
          'Content-Length': Buffer.byteLength(form),
        }),
      },
    };
    const request = (isTls ? httpsRequest : httpRequest)(url, options);
    return new Promise((resolve, reject) => {
      this.watch(request, limits, resolve, (error: WebhookError, wasStale: boolean) => {
        // An idle connection that the server was just closing: nobody read the request, so it is sent afresh.
        if (wasStale && !this.isClosed) this.exchange(hook, limits, token).then(resolve, reject);
        else reject(error);
      });
      request.end(isPost ? form : undefined);
    });
  }

  private watch(
    request: ClientRequest,
    limits: { connectMs: number; readMs: number },
    resolve: (answer: WebhookAnswer) => void,
    fail: (error: WebhookError, wasStale: boolean) => void,
  ): void {
    let kind: 'ct' | 'rt' = 'ct';
    this.inFlight.add(request);
    const giveUp = () => request.destroy(new Error('timed out'));
    let callOff = this.timers.after(limits.connectMs, giveUp);
    const isConnected = () => {
      kind = 'rt';
      callOff();
      callOff = this.timers.after(limits.readMs, giveUp);
    };
    request.on('socket', (socket) => {
      if (socket.connecting) socket.once('connect', isConnected);
      else isConnected();
    });
    request.on('response', (response) => {
      readAnswer(response).then(resolve, (error: unknown) =>
        fail(new WebhookError('rt', String(error)), false),
      );
    });
    request.on('error', (error) => {
      const wasStale = request.reusedSocket && 'code' in error && error.code === 'ECONNRESET';
      fail(new WebhookError(kind, error.message), wasStale);
    });
    request.on('close', () => {
      callOff();
      this.inFlight.delete(request);
    });
  }
}

function isWorthRetrying(result: WebhookAnswer | WebhookError, { policies }: ConnectionOverride): boolean {
  if (result instanceof WebhookError) return policies.has(result.kind);
  if (result.status >= 500) return policies.has('5xx');
  return result.status >= 400 && policies.has('4xx');
}

async function readAnswer(response: IncomingMessage): Promise<WebhookAnswer> {
  const body = await readBody(response, LONGEST_ANSWER);
  if (body === undefined) throw new Error('the answer is longer than 64 kB');
  return { status: response.statusCode ?? 0, contentType: response.headers['content-type'] ?? '', body };
}

const withQuery = (url: string, query: string): string => `${url}${url.includes('?') ? '&' : '?'}${query}`;
