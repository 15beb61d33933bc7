import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One event as a receiver got it. */
export interface Received {
  path: string;
  headers: IncomingHttpHeaders;
  text: string;
  body: { id: string; type: string; timestamp: string; data: Record<string, unknown> };
}

export interface Receiver {
  port: number;
  url: string;
  received: Received[];
  /** How often a connection was opened, whatever came over it. */
  connections(): number;
  /** What it answers from now on; by default 204. */
  answer: (response: ServerResponse, received: Received) => void;
  close(): Promise<void>;
}

/** A real http server on loopback that takes events. */
export async function startReceiver(): Promise<Receiver> {
  let connections = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      const received = { path: request.url ?? '', headers: request.headers, text, body: JSON.parse(text) };
      receiver.received.push(received);
      receiver.answer(response, received);
    });
  });
  server.on('connection', () => (connections += 1));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const receiver: Receiver = {
    port,
    url: `http://127.0.0.1:${port}/hook`,
    received: [],
    connections: () => connections,
    answer: answering(204),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return receiver;
}

export function answering(
  status: number,
  headers: Record<string, string> = {},
  body = '',
): Receiver['answer'] {
  return (response) => response.writeHead(status, headers).end(body);
}
