import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createConnection, type Socket } from 'node:net';
import { join, resolve as absolute } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { EmbeddedError } from './embedded.error.js';
import { hasExited, openLog } from './processes.js';
import {
  EXIT_NOT_NEEDED,
  receiveReplies,
  send,
  type HostAddress,
  type Reply,
  type ServiceAddresses,
  type ServiceNeeds,
} from './protocol.js';
import { readState } from './state-file.js';

/** A host that is just ending may take some 12 s to stop its services before the next can begin. */
const HOST_TIMEOUT_MS = 30_000;
const HOST_CRASHES = 3;
const RELEASE_TIMEOUT_MS = 15_000;
const REACQUIRE_DELAY_MS = 500;

export interface EmbeddedNeeds extends ServiceNeeds {
  /** Where the services keep their state; processes that name the same folder share one set. Made if missing. */
  dataDir: string;
  /** Where an unpacked Redis is kept (`$XDG_CACHE_HOME`); default `~/.cache`, and where that can't be written, dataDir. */
  cacheDir?: string | undefined;
  /** Hears when the host was lost and when it is back. */
  onNotice?: (sentence: string) => void;
}

export interface EmbeddedServices extends ServiceAddresses {
  /** Gives the lease back. If it was the last, resolves when the host has stopped everything, at most 15 s later. */
  release(): Promise<void>;
}

/**
 * Takes a lease on the embedded services of a DATA_DIR, starting them if nobody has. It ends with `release`, or with
 * this process. A host that is lost (kill -9) is replaced in the background; its services come back with their data,
 * and at the same addresses unless somebody took a port meanwhile.
 * @throws EmbeddedError with one plain sentence
 */
export async function acquireEmbedded(needs: EmbeddedNeeds): Promise<EmbeddedServices> {
  const lease = new Lease({ ...needs, dataDir: absolute(needs.dataDir) });
  const addresses = await lease.take();
  return { ...addresses, release: () => lease.release() };
}

class Lease {
  private socket: Socket | undefined;
  private isReleased = false;

  constructor(private readonly needs: EmbeddedNeeds) {}

  async take(): Promise<ServiceAddresses> {
    await this.makeFolders();
    const end = Date.now() + HOST_TIMEOUT_MS;
    for (;;) {
      const socket = await this.reachHost(end);
      const reply = await ask(socket, this.needs);
      // No answer: the host was just ending. The next one will give it.
      if (!reply) continue;
      if ('error' in reply) {
        socket.destroy();
        throw new EmbeddedError(reply.error);
      }
      this.hold(socket);
      return reply.ready;
    }
  }

  async release(): Promise<void> {
    if (this.isReleased) return;
    this.isReleased = true;
    const { socket } = this;
    if (!socket || socket.destroyed) return;
    socket.ref();
    send(socket, { release: true });
    const patience = new AbortController();
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    await Promise.race([closed, sleep(RELEASE_TIMEOUT_MS, undefined, { signal: patience.signal })]);
    patience.abort();
    socket.destroy();
  }

  private async makeFolders(): Promise<void> {
    try {
      await mkdir(join(this.needs.dataDir, 'logs'), { recursive: true });
    } catch (error) {
      throw new EmbeddedError(`DATA_DIR ${this.needs.dataDir} cannot be used: ${String(error)}`);
    }
  }

  /** A lease must not keep alive a process that has nothing else to do. */
  private hold(socket: Socket): void {
    this.socket = socket;
    // Released while it was taken again.
    if (this.isReleased) socket.destroy();
    socket.unref();
    socket.once('close', () => void this.takeAgain());
  }

  private async takeAgain(): Promise<void> {
    while (!this.isReleased) {
      this.needs.onNotice?.('The host of the embedded services was lost and is started again.');
      try {
        await this.take();
        this.needs.onNotice?.('The embedded services are back.');
        return;
      } catch (error) {
        this.needs.onNotice?.(String(error));
        await sleep(REACQUIRE_DELAY_MS, undefined, { ref: false });
      }
    }
  }

  /** Connects to the host, starting one as long as there is none. Of several started at once, one stays. */
  private async reachHost(end: number): Promise<Socket> {
    const log = join(this.needs.dataDir, 'logs', 'host.log');
    let starter: ChildProcess | undefined;
    let crashes = 0;
    while (Date.now() < end && crashes < HOST_CRASHES) {
      const address = await readState<HostAddress>(join(this.needs.dataDir, 'host.json'));
      const socket = address?.socket ? await connect(address.socket) : undefined;
      if (socket) return socket;
      if (starter && !hasExited(starter)) {
        await sleep(20);
        continue;
      }
      if (starter && starter.exitCode !== EXIT_NOT_NEEDED) crashes += 1;
      // Another host has the place but does not answer: it is on its way up or down.
      if (starter) await sleep(100 + Math.random() * 200);
      starter = startHost(this.needs, log);
    }
    throw new EmbeddedError(`The host of the embedded services did not start: see ${log}.`);
  }
}

function startHost({ dataDir, cacheDir }: EmbeddedNeeds, logPath: string): ChildProcess {
  const log = openLog(logPath);
  const script = fileURLToPath(new URL('./host.main.js', import.meta.url));
  const args = [script, dataDir, ...(cacheDir ? [cacheDir] : [])];
  const host = spawn(process.execPath, args, { cwd: '/', detached: true, stdio: ['ignore', log, log] });
  host.on('error', () => undefined);
  host.unref();
  closeSync(log);
  return host;
}

function connect(path: string): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = createConnection(path);
    socket.once('connect', () => resolve(socket)).on('error', () => resolve(undefined));
  });
}

/** @returns the host's answer, or undefined where it went away without one */
function ask(socket: Socket, { postgres, redis, simulator }: ServiceNeeds): Promise<Reply | undefined> {
  return new Promise((resolve) => {
    socket.once('close', () => resolve(undefined));
    receiveReplies(socket, resolve);
    send(socket, { need: { postgres, redis, simulator } });
  });
}
