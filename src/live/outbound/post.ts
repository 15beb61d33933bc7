import {
  Agent as HttpAgent,
  request as httpRequest,
  type ClientRequest,
  type IncomingMessage,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest, type RequestOptions } from 'node:https';
import { isIP } from 'node:net';
import type { Receiver } from './receiver-gate.js';
import { hostOf } from './url-rules.js';

/** Bytes of an answer that are read at all, and of it kept. */
const MOST_READ = 64 * 1024;
const MOST_KEPT = 1024;
const AGENTS = { keepAlive: true, timeout: 5000, maxFreeSockets: 256 };

export interface Answered {
  statusCode: number;
  /** Its beginning. */
  text: string;
}

/** Connections to receivers, kept alive between one event and the next. */
export class Connections {
  private readonly http = new HttpAgent(AGENTS);
  private readonly https = new HttpsAgent(AGENTS);

  /**
   * Posts a body to the address of the receiver that was checked, and nowhere else: no name is looked up, no redirect followed.
   * A kept connection that the receiver has just closed is no failure: the body is sent again, once, on a new one.
   * @param signal ends it, also while the answer is read
   * @throws whatever the connection failed by
   */
  async post(
    receiver: Receiver,
    body: string,
    headers: Record<string, string>,
    signal: AbortSignal,
  ): Promise<Answered> {
    const outgoing = this.open(receiver, headers, signal);
    try {
      return await exchange(outgoing, body);
    } catch (error) {
      if (!outgoing.reusedSocket || codeOf(error) !== 'ECONNRESET' || signal.aborted) throw error;
      return exchange(this.open(receiver, headers, signal), body);
    }
  }

  close(): void {
    this.http.destroy();
    this.https.destroy();
  }

  private open(
    { url, address }: Receiver,
    headers: Record<string, string>,
    signal: AbortSignal,
  ): ClientRequest {
    const options: RequestOptions = {
      host: address,
      port: url.port,
      path: `${url.pathname}${url.search}`,
      method: 'POST',
      headers: { Host: url.host, ...headers },
      signal,
    };
    if (url.protocol === 'http:') return httpRequest({ ...options, agent: this.http });
    const host = hostOf(url);
    // The certificate is checked against the name, as if the name had been connected to.
    return httpsRequest({ ...options, agent: this.https, ...(isIP(host) ? {} : { servername: host }) });
  }
}

function exchange(outgoing: ClientRequest, body: string): Promise<Answered> {
  return new Promise((resolve, reject) => {
    outgoing.on('error', reject);
    outgoing.once('response', (incoming) => {
      read(incoming).then((text) => resolve({ statusCode: incoming.statusCode ?? 0, text }), reject);
    });
    outgoing.end(body);
  });
}

/** The beginning of an answer. One that does not end is cut off. */
async function read(incoming: IncomingMessage): Promise<string> {
  const kept: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    if (size < MOST_KEPT) kept.push(chunk);
    size += chunk.length;
    // Leaving the loop destroys the stream, and its connection with it.
    if (size >= MOST_READ) break;
  }
  return Buffer.concat(kept).subarray(0, MOST_KEPT).toString('utf8').replaceAll('\0', '');
}

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'FAILED';
}
