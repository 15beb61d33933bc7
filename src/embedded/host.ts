import { mkdtemp, realpath, rm, stat } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { sentenceOf } from './embedded.error.js';
import { takeMutex } from './mutex.js';
import { note } from './note.js';
import { startPostgres, type RunningPostgres } from './postgres/start-postgres.js';
import {
  receiveRequests,
  send,
  type HostAddress,
  type ServiceAddresses,
  type ServiceNeeds,
} from './protocol.js';
import { startRedis } from './redis/start-redis.js';
import type { RunningService } from './running-service.js';
import { startCarrier, type RunningCarrier } from './simulated-carrier.js';
import { readState, writeState } from './state-file.js';
import { Supervised } from './supervised.js';

/** The first client started us and is on its way. */
const FIRST_CLIENT_MS = 10_000;
/** An app that is restarted by its supervisor finds its services still warm. */
const GRACE_MS = 1500;
const SOCKET_FOLDER = 'campaign-calling-';

/** Owns Postgres, Redis and the simulator of one DATA_DIR, for as long as a client holds a connection to it. */
export class Host {
  private readonly postgres: Supervised<RunningPostgres>;
  private readonly redis: Supervised<RunningService>;
  private carrier: Promise<RunningCarrier> | undefined;
  private readonly server: Server;
  private readonly leases = new Set<Socket>();
  /** Clients that gave their lease back as the last, and wait for the end. */
  private readonly leaving = new Set<Socket>();
  private socketFolder = '';
  private farewell: NodeJS.Timeout | undefined;
  private ending: Promise<void> | undefined;

  /** @param onEnd called once all services have stopped: the process shall exit, which closes the last connections */
  constructor(
    private readonly dataDir: string,
    cacheDir: string | undefined,
    private readonly onEnd: () => void,
  ) {
    const of = (name: string) => ({ dir: join(dataDir, name), durable: true });
    this.postgres = new Supervised('Postgres', () => startPostgres(of('postgres')));
    this.redis = new Supervised('Redis', () => startRedis({ ...of('redis'), cacheDir }));
    this.server = createServer((socket) => this.accept(socket));
  }

  /** Begins to listen. @returns false where another host serves this DATA_DIR */
  async open(): Promise<boolean> {
    const folder = await stat(this.dataDir);
    // The inode tells a DATA_DIR that was deleted and made anew from the one a host may still be serving.
    const name = `host ${await realpath(this.dataDir)} ${folder.dev}:${folder.ino}`;
    if (!(await takeMutex(name))) return false;
    const addressFile = join(this.dataDir, 'host.json');
    const last = await readState<HostAddress>(addressFile);
    if (last?.socket) await removeSocketFolder(dirname(last.socket));
    // Ours alone (mode 0700), and short: a socket's path may have some 100 bytes, a DATA_DIR has more.
    this.socketFolder = await mkdtemp(join(tmpdir(), SOCKET_FOLDER));
    const address: HostAddress = { socket: join(this.socketFolder, 'host'), pid: process.pid };
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject).listen(address.socket, resolve);
    });
    await writeState(addressFile, address);
    this.endAfter(FIRST_CLIENT_MS);
    return true;
  }

  /** Stops all services, then calls `onEnd`. */
  end(): Promise<void> {
    this.ending ??= this.stopAll();
    return this.ending;
  }

  private accept(socket: Socket): void {
    if (this.ending) {
      socket.destroy();
      return;
    }
    clearTimeout(this.farewell);
    // The end is put off, so those who wait for it wait no longer.
    for (const other of this.leaving) other.end();
    this.leaving.clear();
    this.leases.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => this.leave(socket, GRACE_MS));
    receiveRequests(socket, (request) => {
      if ('need' in request) void this.provide(socket, request.need);
      else this.leave(socket, 0);
    });
  }

  private leave(socket: Socket, graceMs: number): void {
    if (!this.leases.delete(socket)) return;
    if (this.leases.size > 0) {
      socket.end();
      return;
    }
    this.leaving.add(socket);
    this.endAfter(graceMs);
  }

  private endAfter(ms: number): void {
    clearTimeout(this.farewell);
    this.farewell = setTimeout(() => void this.end(), ms);
  }

  private async provide(socket: Socket, needs: ServiceNeeds): Promise<void> {
    const reply = await this.addresses(needs).then(
      (ready) => ({ ready }),
      (error: unknown) => {
        note('A client could not be served', error);
        return { error: sentenceOf(error) };
      },
    );
    // One who comes while we end finds the connection closed without an answer, and starts the next host.
    if (!this.ending) send(socket, reply);
  }

  private async addresses(needs: ServiceNeeds): Promise<ServiceAddresses> {
    const [postgres, redis, running] = await Promise.all([
      needs.postgres ? this.postgres.get() : undefined,
      needs.redis ? this.redis.get() : undefined,
      needs.simulator ? this.openCarrier(needs.simulator) : undefined,
    ]);
    return { databaseUrl: postgres?.url, redisUrl: redis?.url, carrier: running?.carrier };
  }

  private openCarrier(needs: NonNullable<ServiceNeeds['simulator']>): Promise<RunningCarrier> {
    this.carrier ??= startCarrier(join(this.dataDir, 'simulator'), needs).catch((error: unknown) => {
      this.carrier = undefined;
      throw error;
    });
    return this.carrier;
  }

  private async stopAll(): Promise<void> {
    clearTimeout(this.farewell);
    this.server.close();
    const carrier = await this.carrier?.catch(() => undefined);
    await Promise.allSettled([carrier?.close(), this.postgres.stop(), this.redis.stop()]);
    await rm(join(this.dataDir, 'host.json'), { force: true }).catch(() => undefined);
    await removeSocketFolder(this.socketFolder);
    this.onEnd();
  }
}

async function removeSocketFolder(folder: string): Promise<void> {
  if (!basename(folder).startsWith(SOCKET_FOLDER)) return;
  await rm(folder, { recursive: true, force: true }).catch(() => undefined);
}
