import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Control } from './control.js';
import { refusal } from './errors.js';
import { sendJson } from './http.js';
import type { Odds } from './odds.js';
import { readSettings } from './read-settings.js';
import { RestApi } from './rest-api.js';
import { applyPatch, DEFAULT_SETTINGS, SettingsBox } from './settings.js';
import type { MsRange } from './settings.js';
import { Switchboard } from './switchboard.js';

export interface SimulatorOptions {
  /** Where to listen; 127.0.0.1 unless another address is given explicitly. */
  host?: string;
  /** 0, the default: any free port. */
  port?: number;
  accountSid: string;
  authToken: string;
  /** The account's own numbers (E.164): a `From` that is not among them is refused with 21210. Left out: any. */
  fromNumbers?: readonly string[];
  /** Which sequence of outcomes is drawn; default 1. */
  seed?: number;
  /** 1 = real time, 10 = ten times as fast. */
  speed?: number;
  /** How long a phone rings, in ms at speed 1. */
  ringMs?: MsRange;
  /** Bounds how long an answered call lasts, in ms at speed 1. */
  talkMs?: MsRange;
  /** Shares of the outcomes; what is left out shares the rest. */
  odds?: Partial<Odds>;
}

export interface Simulator {
  /** `http://127.0.0.1:PORT`, without a slash at the end. */
  url: string;
  accountSid: string;
  authToken: string;
  /** Ends every call, timer and connection at once. */
  close(): Promise<void>;
}

/**
 * Starts a carrier that speaks Twilio's REST API for calls (docs/simulator.md).
 *
 * @throws SettingsError for an option out of range, or the server's error (such as EADDRINUSE)
 */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const { host = '127.0.0.1', port = 0, accountSid, authToken, fromNumbers, ...wishes } = options;
  const settings = new SettingsBox(applyPatch(DEFAULT_SETTINGS, readSettings(wishes)));
  const board = new Switchboard({ accountSid, authToken, fromNumbers }, settings);
  const server = createServer(listener(board));
  // Node's 5 s would close pooled connections under a client's hands between two bursts.
  server.keepAliveTimeout = 65_000;
  await listen(server, port, host);
  return {
    url: urlOf(server, host),
    accountSid,
    authToken,
    close: () => close(server, board),
  };
}

function listener(board: Switchboard) {
  const api = new RestApi(board);
  const control = new Control(board);
  return (request: IncomingMessage, response: ServerResponse): void => {
    const url = new URL(safeTarget(request.url), 'http://simulator');
    const handled = control.owns(url.pathname)
      ? control.handle(request, response, url.pathname)
      : api.handle(request, response, url);
    handled.catch(() => {
      // Mostly a client that went away in the middle of its request.
      if (response.headersSent || response.destroyed) response.destroy();
      else sendJson(response, 500, refusal(20500).body);
    });
  };
}

/** A request line may hold anything, `//` for one; what is no path is looked up, in vain, as the root. */
const safeTarget = (target = '/'): string =>
  target.startsWith('/') && URL.canParse(target, 'http://simulator') ? target : '/';

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, 4096, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function urlOf(server: Server, host: string): string {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the simulator has no port');
  return `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`;
}

function close(server: Server, board: Switchboard): Promise<void> {
  board.close();
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
