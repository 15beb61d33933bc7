import { AsyncLocalStorage } from 'node:async_hooks';
import {
  Agent as HttpAgent,
  request as httpRequest,
  type ClientRequest,
  type IncomingMessage,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import { stringify } from 'node:querystring';
import twilio from 'twilio';
import { readWhole } from '../../common/index.js';

type RequestOptions<TData = unknown> = Parameters<InstanceType<typeof twilio.RequestClient>['request']>[0] & {
  data?: TData;
};

interface SdkResponse<TData> {
  statusCode: number;
  /** The body as text; the SDK parses it. */
  body: TData;
  headers: IncomingMessage['headers'];
}

/** What one placement needs to know of its own request on the wire. */
export interface SendWatch {
  maySend: () => boolean;
  onSent?: () => void;
  /** Whether a byte of the request may have left this process. */
  sent: boolean;
}

/**
 * Nothing was sent. `NOT_SENT`: no connection was made, or not in time. `TOO_LATE`: the connection stood, and the fence said
 * no: it was this process that was late.
 */
export class NotSentError extends Error {
  constructor(
    message: string,
    readonly code: 'NOT_SENT' | 'TOO_LATE',
  ) {
    super(message);
  }
}

/**
 * A free connection is kept for less than the 5 s after which Node's and many other servers close theirs: a request
 * written to a connection the other side is closing ends as "unknown", which costs a slot until it is reconciled.
 */
const IDLE_MS = 3000;

/** Bytes; 50 calls of a list are some 80 kB. A longer answer is read as an empty one: a garbled one. */
const LONGEST_ANSWER = 4 * 1024 * 1024;

const sockets = { keepAlive: true, timeout: IDLE_MS, maxSockets: 256 };
const httpAgent = new HttpAgent(sockets);
const httpsAgent = new HttpsAgent(sockets);

/**
 * The SDK's way onto the wire, with two additions: another base URL, and a fence. The body is written only once the
 * connection stands, right after `maySend()` said yes, so that a process that slept in between sends nothing.
 * One SDK request is one HTTP request; nothing is ever retried here.
 */
export class TwilioHttpClient extends twilio.RequestClient {
  private readonly watches = new AsyncLocalStorage<SendWatch>();

  constructor(
    private readonly baseUrl: string | undefined,
    private readonly timeoutMs: number,
  ) {
    super();
  }

  /** Runs SDK calls whose requests `watch` guards and reports on. */
  watching<T>(watch: SendWatch, call: () => Promise<T>): Promise<T> {
    return this.watches.run(watch, call);
  }

  override async request<TData>(options: RequestOptions<TData>): Promise<SdkResponse<TData>> {
    const watch = this.watches.getStore() ?? { maySend: () => true, sent: false };
    const response = await this.exchange(options, watch);
    const body = (await readWhole(response, LONGEST_ANSWER))?.toString('utf8') ?? '';
    return { statusCode: response.statusCode ?? 0, body: body as TData, headers: response.headers };
  }

  private exchange(options: RequestOptions, watch: SendWatch): Promise<IncomingMessage> {
    const body = options.data === undefined ? '' : stringify({ ...options.data });
    const request = this.open(options, body);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        request.destroy(new Error(`no answer within ${this.timeoutMs} ms`));
      }, this.timeoutMs);
      request.once('close', () => {
        clearTimeout(timer);
      });
      request.once('response', resolve);
      let code: NotSentError['code'] = 'NOT_SENT';
      request.once('error', (error) => {
        reject(watch.sent ? error : new NotSentError(error.message, code));
      });
      request.once('socket', (socket) => {
        if (!socket.connecting) code = 'TOO_LATE';
        whenConnected(socket, () => {
          send(request, body, watch);
        });
      });
    });
  }

  private open(options: RequestOptions, body: string): ClientRequest {
    const url = this.target(options);
    const headers: Record<string, string | number> = {
      ...options.headers,
      'Content-Length': Buffer.byteLength(body),
    };
    if (options.username && options.password) {
      headers.Authorization = `Basic ${Buffer.from(`${options.username}:${options.password}`).toString('base64')}`;
    }
    const isTls = url.protocol === 'https:';
    const start = isTls ? httpsRequest : httpRequest;
    return start(url, { method: options.method, headers, agent: isTls ? httpsAgent : httpAgent });
  }

  private target(options: RequestOptions): URL {
    const url = new URL(options.uri);
    const query = options.params === undefined ? '' : stringify({ ...options.params });
    if (query !== '') url.search = query;
    return this.baseUrl === undefined ? url : new URL(url.pathname + url.search, this.baseUrl);
  }
}

function whenConnected(socket: Socket, then: () => void): void {
  if (!socket.connecting) then();
  else socket.once('encrypted' in socket ? 'secureConnect' : 'connect', then);
}

function send(request: ClientRequest, body: string, watch: SendWatch): void {
  if (request.destroyed) return;
  if (!watch.maySend()) {
    request.destroy(new Error('its time to be sent had passed'));
    return;
  }
  watch.sent = true;
  request.end(body);
  watch.onSent?.();
}
