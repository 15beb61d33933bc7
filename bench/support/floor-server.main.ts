import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';

/**
 * The floor for callbacks: Node's bare http server, one INSERT per request, 204. No framework, no signature, no move, no counters.
 * Its address is the one line it prints. Usage: <database url> <pool size> <synchronous_commit: on | off>
 */
const [databaseUrl = '', poolSize = '20', commit = 'on'] = process.argv.slice(2);
const pool = new pg.Pool({
  connectionString: databaseUrl,
  max: Number(poolSize),
  options: `-c synchronous_commit=${commit}`,
});

const server = createServer((request, response) => {
  write(request).then(
    () => response.writeHead(204).end(),
    (error: unknown) => response.writeHead(500).end(String(error)),
  );
});
server.listen(0, '127.0.0.1', 4096, () => {
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});

async function write(request: IncomingMessage): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk as Buffer));
  const form = new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
  const callId = request.url?.split('/').at(-2);
  const status = form.get('CallStatus') ?? '';
  const sequence = form.get('SequenceNumber') ?? '';
  await pool.query({
    name: 'insert',
    text: `INSERT INTO bench_callbacks (call_id, type, status, dedupe_key, data)
      VALUES ($1, 'carrier.callback', $2, $3, $4)`,
    values: [callId, status, `${sequence}:${status}`, JSON.stringify({ SequenceNumber: sequence })],
  });
}
