import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody, sendJson } from './http.js';
import { readSettings, SettingsError } from './read-settings.js';
import type { Switchboard } from './switchboard.js';

const LOOPBACK = /^(?:127\.|::1$|::ffff:127\.)/;

/** The simulator's own paths, for tests, benches and the curious: no password, but only from this machine. */
export class Control {
  private readonly routes: Readonly<Record<string, (body: string) => unknown>>;

  constructor(private readonly board: Switchboard) {
    const { ledger } = board;
    this.routes = {
      'GET /health': () => ({ status: 'ok', open: ledger.open }),
      'GET /control': () => this.settings(),
      'PUT /control': (body) => this.put(body),
      'DELETE /control': () => this.reset(),
      'GET /ledger': () => ledger.whole(),
      'GET /ledger/summary': () => this.summary(),
      'DELETE /ledger': () => this.clearLedger(),
    };
  }

  owns(pathname: string): boolean {
    return Object.keys(this.routes).some((route) => route.endsWith(` ${pathname}`));
  }

  async handle(request: IncomingMessage, response: ServerResponse, pathname: string): Promise<void> {
    const body = await readBody(request);
    const isHealth = pathname === '/health';
    if (!isHealth && !LOOPBACK.test(request.socket.remoteAddress ?? '')) {
      sendJson(response, 403, { error: 'only from this machine' });
      return;
    }
    const route = this.routes[`${request.method ?? ''} ${pathname}`];
    if (!route) {
      sendJson(response, 405, { error: 'method not allowed' });
      return;
    }
    if (body === undefined) {
      sendJson(response, 413, { error: 'body too large' });
      return;
    }
    try {
      sendJson(response, 200, route(body));
    } catch (error) {
      if (!(error instanceof SettingsError)) throw error;
      sendJson(response, 400, { error: error.message });
    }
  }

  private settings() {
    const { numbers, ...settings } = this.board.settings.now;
    return { ...settings, numbers: Object.fromEntries(numbers) };
  }

  private put(body: string) {
    this.board.settings.patch(readSettings(parseJson(body)));
    return this.settings();
  }

  private reset() {
    this.board.settings.reset();
    return this.settings();
  }

  private clearLedger() {
    this.board.clearLedger();
    return this.summary();
  }

  private summary() {
    return { ...this.board.ledger.summary(), faults: this.board.faults.strikes };
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new SettingsError('the body must be JSON');
  }
}
