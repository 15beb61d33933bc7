import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startSimulator, type Simulator } from '../../src/simulator/index.js';
import type { PlacementRequest } from '../../src/telephony/carrier.js';
import { TwilioCarrier } from '../../src/telephony/twilio/twilio-carrier.js';

const ACCOUNT = { accountSid: `AC${'7'.repeat(32)}`, authToken: 'a-token' };
const TO = '+12025550177';
const FROM = '+12025550100';

function request(over: Partial<PlacementRequest> = {}): PlacementRequest {
  return {
    to: TO,
    from: FROM,
    twimlUrl: 'http://127.0.0.1:9/twiml',
    statusCallbackUrl: 'http://127.0.0.1:9/status',
    ringTimeoutS: 30,
    timeLimitS: 60,
    machineDetection: false,
    maySend: () => true,
    ...over,
  };
}

describe('TwilioCarrier over HTTP', () => {
  let simulator: Simulator;
  let carrier: TwilioCarrier;

  beforeAll(async () => {
    simulator = await startSimulator({ ...ACCOUNT, ringMs: [60_000, 60_000], odds: { answered: 1 } });
    carrier = new TwilioCarrier({ ...ACCOUNT, apiUrl: simulator.url, requestTimeoutMs: 500 });
  });

  afterAll(async () => {
    await simulator.close();
  });

  beforeEach(async () => {
    await fetch(`${simulator.url}/control`, { method: 'DELETE' });
  });

  async function placed(): Promise<number> {
    const summary = await fetch(`${simulator.url}/ledger/summary`);
    return ((await summary.json()) as { placements: number }).placements;
  }

  async function fault(kind: string): Promise<void> {
    await fetch(`${simulator.url}/control`, { method: 'PUT', body: JSON.stringify({ faults: [{ kind }] }) });
  }

  it('should place, fetch, find and hang up a call', async () => {
    const result = await carrier.place(request());
    expect(result).toEqual({ kind: 'accepted', sid: expect.stringMatching(/^CA[0-9a-f]{32}$/) as string });
    const sid = result.kind === 'accepted' ? result.sid : '';
    expect(await carrier.fetch(sid)).toMatchObject({ sid, to: TO, from: FROM, durationMs: null });
    expect((await carrier.find({ to: TO, from: FROM })).map((call) => call.sid)).toEqual([sid]);
    await carrier.hangUp(sid);
    expect((await carrier.fetch(sid))?.status).toBe('canceled');
    expect(await carrier.fetch(`CA${'0'.repeat(32)}`)).toBeNull();
  });

  it.each([
    ['TOO_LATE', 'the connection stood', () => carrier],
    [
      'NOT_SENT',
      'a connection had to be made',
      () => {
        const apiUrl = simulator.url.replace('127.0.0.1', 'localhost');
        return new TwilioCarrier({ ...ACCOUNT, apiUrl, requestTimeoutMs: 500 });
      },
    ],
  ])('should send nothing once the fence says no, and say %s where %s', async (code, _, carrierOf) => {
    await carrier.fetch(`CA${'0'.repeat(32)}`);
    const before = await placed();
    let wasAsked = false;
    const late = request({
      maySend: () => {
        wasAsked = true;
        return false;
      },
    });
    expect(await carrierOf().place(late)).toMatchObject({ kind: 'not_placed', code });
    expect(wasAsked).toBe(true);
    expect((await placed()) - before).toBe(0);
  });

  it('should ask the fence only when the connection stands, right before the bytes', async () => {
    const order: string[] = [];
    await carrier.place(
      request({
        maySend: () => {
          order.push('asked');
          return true;
        },
        onSent: () => {
          order.push('sent');
        },
      }),
    );
    expect(order).toEqual(['asked', 'sent']);
  });

  it('should know that nothing was placed where nobody listens', async () => {
    const nobody = new TwilioCarrier({ ...ACCOUNT, apiUrl: 'http://127.0.0.1:9', requestTimeoutMs: 500 });
    expect(await nobody.place(request())).toMatchObject({ kind: 'not_placed', code: 'NOT_SENT' });
  });

  it.each([
    ['http-429', 'not_placed', 0],
    ['http-500', 'unknown', 0],
    ['http-503', 'unknown', 0],
    ['500-but-placed', 'unknown', 1],
    ['reset-before-placing', 'unknown', 0],
    ['reset-after-placing', 'unknown', 1],
    ['hang', 'unknown', 0],
    ['hang-but-placed', 'unknown', 1],
    ['garbled-201', 'unknown', 1],
  ] as const)('should call %s %s, having asked once', async (kind, expected, rung) => {
    await fault(kind);
    const before = await placed();
    expect((await carrier.place(request())).kind).toBe(expected);
    expect((await placed()) - before).toBe(rung);
  });

  it.each([
    ['+15005550002', 'recipient_refused', '21214'],
    ['not a number', 'recipient_refused', '21211'],
  ])('should blame the number for %s', async (to, kind, code) => {
    expect(await carrier.place(request({ to }))).toMatchObject({ kind, code });
  });

  it('should blame the account for a wrong token', async () => {
    const wrong = new TwilioCarrier({
      ...ACCOUNT,
      authToken: 'wrong',
      apiUrl: simulator.url,
      requestTimeoutMs: 500,
    });
    expect(await wrong.place(request())).toMatchObject({ kind: 'account_refused', code: '20003' });
    await expect(wrong.fetch(`CA${'0'.repeat(32)}`)).rejects.toThrow(/authenticat/i);
  });
});
