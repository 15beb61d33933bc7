import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import twilio from 'twilio';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSimulator } from '../../src/simulator/index.js';
import type { Simulator, SimulatorOptions } from '../../src/simulator/index.js';

const ACCOUNT_SID = `AC${'0123456789abcdef'.repeat(2)}`;
const AUTH_TOKEN = 'a'.repeat(32);
const FROM = '+14155550100';
const TO = '+14155550142';
const ALL_EVENTS = ['initiated', 'ringing', 'answered', 'completed'];
const GREETING = '<?xml version="1.0"?><Response><Say>Hello there</Say><Hangup/></Response>';

interface Received {
  path: string;
  params: Record<string, string>;
  isSigned: boolean;
  headers: IncomingMessage['headers'];
}

/** The user's own server: answers TwiML at /twiml, records callbacks everywhere else. */
class UserServer {
  readonly received: Received[] = [];
  twiml = GREETING;
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
    if (path.startsWith('/twiml')) response.setHeader('Content-Type', this.contentType).end(this.twiml);
    else response.writeHead(this.statuses.shift() ?? 204).end();
  }
}

/** The official SDK, unmodified but for the address. */
function sdk(simulator: Simulator, authToken = AUTH_TOKEN, timeout = 30_000) {
  const inner = new twilio.RequestClient({ timeout });
  const httpClient = Object.assign(Object.create(inner) as typeof inner, {
    request: (options: Parameters<typeof inner.request>[0]) =>
      inner.request({
        ...options,
        timeout,
        uri: options.uri.replace('https://api.twilio.com', simulator.url),
      }),
  });
  return twilio(ACCOUNT_SID, authToken, { httpClient });
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
  twimlError?: { code: number };
}

interface Ledger {
  placements: Placement[];
  open: number;
  maxOpen: number;
  refused: { to: string; code: number }[];
}

async function eventually<Value>(
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

describe('Simulator', () => {
  let user: UserServer;
  let simulator: Simulator;

  const start = async (options: Partial<SimulatorOptions> = {}) => {
    await simulator.close();
    simulator = await startSimulator({ accountSid: ACCOUNT_SID, authToken: AUTH_TOKEN, ...options });
  };
  const control = async (settings: unknown) => {
    const answer = await fetch(`${simulator.url}/control`, { method: 'PUT', body: JSON.stringify(settings) });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
  const ledger = async () => (await (await fetch(`${simulator.url}/ledger`)).json()) as Ledger;
  const place = (extra: Record<string, unknown> = {}, client = sdk(simulator)) =>
    client.calls.create({
      to: TO,
      from: FROM,
      url: `${user.url}/twiml`,
      statusCallback: `${user.url}/status`,
      statusCallbackEvent: ALL_EVENTS,
      ...extra,
    });
  const endOf = (sid: string) =>
    eventually(
      async () => (await ledger()).placements.find((each) => each.sid === sid),
      (call) => call?.endedAt != null,
    ).then((call) => call!);
  const told = (count: number, path = '/status') =>
    eventually(
      () => user.statusesOf(path),
      (all) => all.length >= count,
    );

  beforeEach(async () => {
    user = await UserServer.start();
    simulator = await startSimulator({
      accountSid: ACCOUNT_SID,
      authToken: AUTH_TOKEN,
      ringMs: [5, 10],
      talkMs: [20, 30],
      odds: { answered: 1 },
    });
  });
  afterEach(async () => {
    await simulator.close();
    await user.close();
  });

  describe('the life of a call', () => {
    it('should lead an answered call to completed, with signed callbacks in order', async () => {
      const created = await place();
      expect(created).toMatchObject({ status: 'queued', to: TO, from: FROM, direction: 'outbound-api' });
      expect(created.sid).toMatch(/^CA[0-9a-f]{32}$/);
      expect(created.startTime).toBeNull();
      expect(Math.abs(created.dateCreated.getTime() - Date.now())).toBeLessThan(2000);
      expect(created.toFormatted).toBe('(415) 555-0142');

      await told(4);
      expect(user.statusesOf()).toEqual(['initiated', 'ringing', 'in-progress', 'completed']);
      expect(user.received.every((each) => each.isSigned)).toBe(true);
      const callbacks = user.received.filter((each) => each.path === '/status');
      expect(callbacks.map((each) => each.params.SequenceNumber)).toEqual(['0', '1', '2', '3']);
      expect(callbacks[3]!.params).toMatchObject({
        CallSid: created.sid,
        AccountSid: ACCOUNT_SID,
        To: TO,
        From: FROM,
        ApiVersion: '2010-04-01',
        Direction: 'outbound-api',
        CallbackSource: 'call-progress-events',
        CallDuration: '1',
        Duration: '1',
        ToCity: '',
      });
      expect(callbacks[3]!.params.Timestamp).toMatch(/^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000$/);
      expect(callbacks[0]!.headers['content-type']).toMatch(/^application\/x-www-form-urlencoded/);

      const fetched = await sdk(simulator).calls(created.sid).fetch();
      expect(fetched).toMatchObject({ status: 'completed', duration: '1' });
      expect(fetched.startTime).toBeInstanceOf(Date);
      const entry = await endOf(created.sid);
      expect(entry.events.map((each) => each.status)).toEqual([
        'queued',
        'initiated',
        'ringing',
        'in-progress',
        'completed',
      ]);
      expect(entry.callbacks).toEqual({ sent: 4, failed: 0 });
    });
    it('should ask for TwiML with a signed request that tells about the call', async () => {
      const { sid } = await place({ machineDetection: 'Enable' });
      await endOf(sid);
      const [asked] = user.received.filter((each) => each.path === '/twiml');
      expect(asked).toMatchObject({
        isSigned: true,
        params: { CallSid: sid, CallStatus: 'in-progress', AnsweredBy: 'human', Called: TO, Caller: FROM },
      });
    });
  });
});
