import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

interface Refusal {
  status: string;
  code: string;
  error: string;
}

const BAD: Refusal = { status: '400 Bad Request', code: 'BAD_REQUEST', error: 'This is not HTTP' };

/** What Node's own parser refuses before there is a request (https://nodejs.org/api/http.html#event-clienterror). */
const REFUSALS: Record<string, Refusal> = {
  HPE_HEADER_OVERFLOW: {
    status: '431 Request Header Fields Too Large',
    code: 'HEADERS_TOO_LARGE',
    error: 'The headers are too large',
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: '408 Request Timeout',
    code: 'REQUEST_TIMEOUT',
    error: 'The request took too long to arrive',
  },
};

/** What is sent at 10 MB/s has come within it, as far as bodies of JSON go. */
const LINGER_MS = 3000;
const lingering = new WeakSet<Duplex>();

const JSON_TYPE = 'application/json; charset=utf-8';

function refusalBody(code: string, words: string): object {
  return { success: false, error: words, details: words, code };
}

/** Answers in the envelope what Node would answer with a bare status line. */
export function answerClientErrors(server: Server): void {
  server.on('checkExpectation', (_request, response) => {
    const body = JSON.stringify(
      refusalBody('UNKNOWN_EXPECTATION', 'The Expect header asks for what is not done here'),
    );
    response
      .writeHead(417, { 'Content-Type': JSON_TYPE, 'Content-Length': Buffer.byteLength(body) })
      .end(body);
  });
  server.on('clientError', (error: Error & { code?: string; rawPacket?: Buffer }, socket) => {
    if (lingering.has(socket)) return;
    if (error.code === 'ECONNRESET' || !socket.writable || hasBegunAnswering(socket)) {
      socket.destroy();
      return;
    }
    const { status, code, error: words } = REFUSALS[error.code ?? ''] ?? BAD;
    const body = JSON.stringify(refusalBody(code, words));
    const headers = [
      `Content-Type: ${JSON_TYPE}`,
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Connection: close',
    ];
    // An answer to HEAD has no body; what follows it would be taken for another answer.
    const isHead = error.rawPacket?.toString('latin1', 0, 5) === 'HEAD ';
    socket.end([`HTTP/1.1 ${status}`, ...headers, '', isHead ? '' : body].join('\r\n'));
    linger(socket);
  });
}

/**
 * The rest of a request may still be on its way when it has been refused by its head. Closing then would reset the connection,
 * and take the answer away from whoever is still sending: so what comes is thrown away until they are done, or too long.
 */
function linger(socket: Duplex): void {
  lingering.add(socket);
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('close', () => clearTimeout(timer));
}

/** Node leaves the answer in progress on its socket, untyped: text after its head would corrupt it. */
function hasBegunAnswering(socket: Socket | NodeJS.WritableStream): boolean {
  const message: unknown = '_httpMessage' in socket ? socket._httpMessage : undefined;
  return (
    typeof message === 'object' &&
    message !== null &&
    'headersSent' in message &&
    message.headersSent === true
  );
}
