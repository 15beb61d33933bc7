import { type Agent, request } from 'node:http';
import { connect } from 'node:net';

/** A request as it goes over the wire: nothing is tidied, a GET may have a body. */
export interface WrongRequest {
  what: string;
  method: string;
  path: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

export interface WireAnswer {
  status: number;
  type: string;
  text: string;
}

const ANSWER_WITHIN_MS = 10_000;

export function send(base: string, agent: Agent, wrong: WrongRequest): Promise<WireAnswer> {
  const { method, path, body, headers } = wrong;
  const { hostname, port } = new URL(base);
  const length = body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) };
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { hostname, port, method, path, agent, headers: { ...length, ...headers } },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk)).once('error', reject);
        incoming.once('end', () =>
          resolve({
            status: incoming.statusCode ?? 0,
            type: incoming.headers['content-type'] ?? '',
            text: Buffer.concat(chunks).toString('utf8'),
          }),
        );
      },
    );
    outgoing.setTimeout(ANSWER_WITHIN_MS, () => outgoing.destroy(new Error('no answer')));
    // After an answer the rest of the body may not be wanted: then this comes too late to matter.
    outgoing.once('error', reject).end(body);
  });
}

/** Sends bytes that need not be HTTP. @returns all that came back until the connection closed */
export function sendBytes(base: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(base);
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(Number(port), hostname, () => socket.write(bytes, 'latin1'));
    socket.setTimeout(ANSWER_WITHIN_MS, () => socket.destroy(new Error('the connection stays open')));
    socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    socket.once('close', () => resolve(text)).once('error', reject);
  });
}
