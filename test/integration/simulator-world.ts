import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import twilio from 'twilio';
import { afterEach, beforeEach } from 'vitest';
import { startSimulator } from '../../src/simulator/index.js';
import type { Simulator, SimulatorOptions } from '../../src/simulator/index.js';

export const ACCOUNT_SID = `AC${'0123456789abcdef'.repeat(2)}`;
export const AUTH_TOKEN = 'a'.repeat(32);
export const FROM = '+14155550100';
export const TO = '+14155550142';
const ALL_EVENTS = ['initiated', 'ringing', 'answered', 'completed'];
export const GREETING = '<?xml version="1.0"?><Response><Say>Hello there</Say><Hangup/></Response>';

interface Received {
  path: string;
  params: Record<string, string>;
  isSigned: boolean;
  headers: IncomingMessage['headers'];
}

/** The user's own server: answers TwiML at /twiml…, records callbacks everywhere else. */
class UserServer {
  readonly received: Received[] = [];
  twiml = GREETING;
  /** TwiML of single paths (with their queries), before `twiml`. */
  readonly pages = new Map<string, string>();
  contentType = 'text/xml';
  /** Statuses to answer the next callbacks with; 204 when it is used up. */
  readonly statuses: number[] = [];
  private constructor(private readonly server: Server) {}

  static async start(): Promise<UserServer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const user = new UserServer(server);
    server.on('request', (request, response) => void user.answer(request, response));
    return user;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  statusesOf(path = '/status'): string[] {
    return this.received.filter((each) => each.path === path).map((each) => each.params.CallStatus!);
  }

  async close(): Promise<void> {
    await new Promise((resolve) => {
      this.server.close(resolve);
      this.server.closeAllConnections();
    });
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const path = request.url ?? '';
    const params = Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString()));
    const signature = String(request.headers['x-twilio-signature']);
    const isSigned = twilio.validateRequest(AUTH_TOKEN, signature, this.url + path, params);
    this.received.push({ path, params, isSigned, headers: request.headers });
    const page = this.pages.get(path) ?? this.twiml;
    if (path.startsWith('/twiml')) response.setHeader('Content-Type', this.contentType).end(page);
    else response.writeHead(this.statuses.shift() ?? 204).end();
  }
}

interface Placement {
  sid: string;
  to: string;
  status: string;
  outcome: string;
  placedAt: number;
  endedAt: number | null;
  events: { status: string; at: number }[];
  callbacks: { sent: number; failed: number };
  forged?: { sent: number; accepted: number };
  typed?: { digits: string; at: number }[];
  twimlError?: { code: number };
}

interface Ledger {
  placements: Placement[];
  open: number;
  maxOpen: number;
  refused: { to: string; code: number }[];
}

/** Looks again and again until it holds; fails after ten seconds. */
export async function eventually<Value>(
  look: () => Promise<Value> | Value,
  holds: (value: Value) => boolean,
): Promise<Value> {
  const giveUpAt = Date.now() + 10_000;
  for (;;) {
    const value = await look();
    if (holds(value)) return value;
    if (Date.now() > giveUpAt) throw new Error(`never came true: ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** One simulator, started afresh for each test, with a user's server beside it. */
export class SimulatorWorld {
  user!: UserServer;
  simulator!: Simulator;

  async open(options: Partial<SimulatorOptions>): Promise<void> {
    this.user = await UserServer.start();
    this.simulator = await startSimulator({ accountSid: ACCOUNT_SID, authToken: AUTH_TOKEN, ...options });
  }

  /** Another simulator instead of the one that runs. */
  async restart(options: Partial<SimulatorOptions> = {}): Promise<void> {
    await this.simulator.close();
    this.simulator = await startSimulator({ accountSid: ACCOUNT_SID, authToken: AUTH_TOKEN, ...options });
  }

  async close(): Promise<void> {
    await this.simulator.close();
    await this.user.close();
  }

  /** The official SDK, unmodified but for the address. */
  sdk(authToken = AUTH_TOKEN, timeout = 30_000) {
    const { url } = this.simulator;
    const inner = new twilio.RequestClient({ timeout });
    const httpClient = Object.assign(Object.create(inner) as typeof inner, {
      request: (options: Parameters<typeof inner.request>[0]) =>
        inner.request({ ...options, timeout, uri: options.uri.replace('https://api.twilio.com', url) }),
    });
    return twilio(ACCOUNT_SID, authToken, { httpClient });
  }

  place(extra: Record<string, unknown> = {}, client = this.sdk()) {
    return client.calls.create({
      to: TO,
      from: FROM,
      url: `${this.user.url}/twiml`,
      statusCallback: `${this.user.url}/status`,
      statusCallbackEvent: ALL_EVENTS,
      ...extra,
    });
  }

  async control(settings: unknown) {
    const init = { method: 'PUT', body: JSON.stringify(settings) };
    const answer = await fetch(`${this.simulator.url}/control`, init);
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  }

  async ledger(): Promise<Ledger> {
    return (await (await fetch(`${this.simulator.url}/ledger`)).json()) as Ledger;
  }

  /** The ledger's entry of a call, once it has ended. */
  async endOf(sid: string): Promise<Placement> {
    const look = async () => (await this.ledger()).placements.find((each) => each.sid === sid);
    return (await eventually(look, (call) => call?.endedAt != null))!;
  }

  /** The statuses told to the user's server, once there are so many. */
  told(count: number, path = '/status'): Promise<string[]> {
    return eventually(
      () => this.user.statusesOf(path),
      (all) => all.length >= count,
    );
  }
}

/** Opens a world before each test and closes it after; calls ring 5–10 ms, talk 20–30 ms, and are answered. */
export function useSimulator(): SimulatorWorld {
  const world = new SimulatorWorld();
  beforeEach(() => world.open({ ringMs: [5, 10], talkMs: [20, 30], odds: { answered: 1 } }));
  afterEach(() => world.close());
  return world;
}
