import type { IncomingMessage, ServerResponse } from 'node:http';

const LONGEST_BODY = 1024 * 1024;

/** The body as text; undefined if it is longer than a megabyte. Rejects if the other side goes away. */
export function readBody(message: IncomingMessage): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    message.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= LONGEST_BODY) chunks.push(chunk);
    });
    message.once('end', () =>
      resolve(size > LONGEST_BODY ? undefined : Buffer.concat(chunks).toString('utf8')),
    );
    message.once('error', reject);
    message.once('close', () => {
      if (!message.readableEnded) reject(new Error('the connection was closed'));
    });
  });
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(text),
  });
  response.end(text);
}
