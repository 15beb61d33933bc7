import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';

/** How the carrier simulator shall run; the first client's wish counts. */
export interface SimulatorNeeds {
  /** 0: any free one, the same at the next start if it is still free. */
  port: number;
  /** The same seed gives the same run. */
  seed: number;
  /** 2: twice as fast as real calls. */
  speed: number;
}

/** Which services a client wants. */
export interface ServiceNeeds {
  postgres: boolean;
  redis: boolean;
  simulator: SimulatorNeeds | null;
}

/** Where they are. Only what was asked for is set. */
export interface ServiceAddresses {
  databaseUrl?: string;
  redisUrl?: string;
  carrier?: { apiUrl: string; accountSid: string; authToken: string; phoneNumbers: string[] };
}

/**
 * What a client writes, one JSON object a line. The open connection is its lease: the kernel closes it however the
 * client ends. `release` gives it back; the last client's connection stays open until everything has stopped.
 */
export type Request = { need: ServiceNeeds } | { release: true };

/** The host's only line, in answer to `need`. */
export type Reply = { ready: ServiceAddresses } | { error: string };

export function send(socket: Socket, message: Request | Reply): void {
  socket.write(`${JSON.stringify(message)}\n`);
}

/** Hands each line over. Both ends are ours and of one build: the shape is not checked. */
export function receiveRequests(socket: Socket, handle: (request: Request) => void): void {
  receiveLines(socket, (line) => handle(JSON.parse(line) as Request));
}

export function receiveReplies(socket: Socket, handle: (reply: Reply) => void): void {
  receiveLines(socket, (line) => handle(JSON.parse(line) as Reply));
}

/** A connection that breaks ends with `close`, for which both ends listen; readline repeats its error as its own. */
function receiveLines(socket: Socket, handle: (line: string) => void): void {
  createInterface({ input: socket })
    .on('line', handle)
    .on('error', () => undefined);
}

/** What a host tells the world in `<DATA_DIR>/host.json`. */
export interface HostAddress {
  socket: string;
  pid: number;
}

/** Leaves the host with this code: another one already serves this DATA_DIR. */
export const EXIT_NOT_NEEDED = 3;
