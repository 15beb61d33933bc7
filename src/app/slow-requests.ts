import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { DomainError } from '../common/index.js';
import { answerError } from '../common/http/index.js';
import type { AppConfig } from '../config/index.js';

/** Longer than the usual 60 s of a load balancer, which must be the one that closes first. Milliseconds. */
const KEEP_ALIVE_MS = 65_000;
/** No request takes longer to arrive, however steadily its bytes come: a gigabyte at 300 kB/s. */
const WHOLE_REQUEST_MS = 3_600_000;
/** How often Node looks for those that are late; its own 30 s would double the limits. */
const LOOK_EVERY_MS = 1000;

/** Node's own limits, which end connections whose headers, or whole requests, never come (slowloris). Set before it listens. */
export function limitConnections(server: Server, { REQUEST_TIMEOUT_MS }: AppConfig): void {
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.requestTimeout = WHOLE_REQUEST_MS;
  server.headersTimeout = REQUEST_TIMEOUT_MS;
  Object.assign(server, { connectionsCheckingInterval: Math.min(LOOK_EVERY_MS, REQUEST_TIMEOUT_MS) });
}

/**
 * Ends a request whose body does not come: within the time limit, or, where it is a form that may carry a large file, without
 * a byte for that long.
 * @param ms the limit
 */
export function limitBodyTime(request: IncomingMessage, response: ServerResponse, ms: number): void {
  const {
    'content-length': length = '0',
    'transfer-encoding': coding,
    'content-type': type,
  } = request.headers;
  if (length === '0' && coding === undefined) return;
  const giveUp = (): void => end(request, response);
  if (/^multipart\/form-data\b/i.test(type ?? '')) {
    request.setTimeout(ms, giveUp);
    // What is done with the file takes its own time.
    request.once('end', () => request.socket.setTimeout(0));
    return;
  }
  const timer = setTimeout(giveUp, ms);
  const settle = (): void => clearTimeout(timer);
  request.once('end', settle).once('close', settle);
}

function end(request: IncomingMessage, response: ServerResponse): void {
  if (response.headersSent) {
    // It has been refused already, and still trickles.
    request.destroy();
    return;
  }
  response.setHeader('Connection', 'close');
  response.once('finish', () => request.destroy());
  answerError(
    new DomainError('too_slow', 'REQUEST_TIMEOUT', 'The request took too long to arrive'),
    response,
  );
}
