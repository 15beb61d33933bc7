import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Seeded } from './seeded.js';

/** A simple query (`Q`, its length, the text, a zero), as the protocol has it and node-postgres sends it. */
const COMMIT = Buffer.from('Q\0\0\0\x0bCOMMIT\0', 'latin1');
/** `Sync` ends a prepared statement, which outside a transaction commits it. */
const SYNC = Buffer.from('S\0\0\0\x04', 'latin1');
/** `ReadyForQuery` but for its last byte, the state: the server has done what it was asked for. */
const READY = Buffer.from('Z\0\0\0\x05', 'latin1');
const READY_BYTES = READY.length + 1;

/**
 * A way to Postgres on which answers get lost: the statement has taken effect, and the connection breaks before its
 * answer is through. Whoever asked cannot know which.
 */
export class LossyPostgres {
  /** How many answers were lost so far. */
  losses = 0;
  private isLossy = true;
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly databaseUrl: string,
    private readonly random: Seeded,
    private readonly odds: { commit: number; other: number },
  ) {
    server.on('connection', (client: Socket) => this.bridge(client));
  }

  /** @param odds how often the answer to a COMMIT is lost, and that to any other statement; 0 to 1 */
  static async open(
    databaseUrl: string,
    random: Seeded,
    odds: { commit: number; other: number },
  ): Promise<LossyPostgres> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new LossyPostgres(server, databaseUrl, random, odds);
  }

  get url(): string {
    const url = new URL(this.databaseUrl);
    url.port = String((this.server.address() as AddressInfo).port);
    return url.href;
  }

  /** From now on every answer arrives. */
  mend(): void {
    this.isLossy = false;
  }

  close(): void {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }

  private bridge(client: Socket): void {
    const { hostname, port } = new URL(this.databaseUrl);
    const server = connect(Number(port), hostname);
    let isLosing = false;
    this.join(client, server);
    client.on('data', (chunk) => {
      isLosing ||= this.shallLose(chunk);
      server.write(chunk);
    });
    server.on('data', (chunk) => {
      if (!isLosing) client.write(chunk);
      else if (isReady(chunk)) {
        this.losses += 1;
        client.destroy();
      }
    });
  }

  /** Where one of them ends, the other does. */
  private join(...ends: [Socket, Socket]): void {
    for (const end of ends) {
      this.sockets.add(end);
      end.on('error', () => undefined);
      end.once('close', () => {
        this.sockets.delete(end);
        for (const each of ends) each.destroy();
      });
    }
  }

  private shallLose(chunk: Buffer): boolean {
    if (!this.isLossy) return false;
    if (chunk.includes(COMMIT)) return this.random.unit() < this.odds.commit;
    return chunk.includes(SYNC) && this.random.unit() < this.odds.other;
  }
}

function isReady(chunk: Buffer): boolean {
  return chunk.length >= READY_BYTES && chunk.subarray(-READY_BYTES, -1).equals(READY);
}
