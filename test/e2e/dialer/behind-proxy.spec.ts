import { createServer, request, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import twilio from 'twilio';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../support/app.js';
import { waitFor } from '../../support/wait-for.js';

/** What the carrier sees of us; the proxy takes it off again. */
const PREFIX = '/calls-api';
const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' };

let app: TestApp;
let proxy: Server;
/** The proxy's own, as the carrier knows it. */
let publicUrl: string;
let callId: string;

/** A reverse proxy that ends TLS: it takes its prefix off and tells by headers how it was reached. */
async function startProxy(): Promise<Server> {
  const server = createServer((incoming: IncomingMessage, outgoing) => {
    const path = (incoming.url ?? '').replace(PREFIX, '');
    const headers = {
      ...incoming.headers,
      host: 'inside.local',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'calls.example.com',
      'x-forwarded-for': incoming.socket.remoteAddress,
    };
    const onward = request(
      `${app.url}${path}`,
      { method: incoming.method, headers, agent: false },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      },
    );
    onward.once('error', () => outgoing.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

beforeAll(async () => {
  proxy = await startProxy();
  publicUrl = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}${PREFIX}`;
  // With a slash at its end, as people write it.
  app = await startTestApp({ PUBLIC_URL: `${publicUrl}/`, TRUST_PROXY: '1', SIMULATOR_SPEED: '100' });
  const campaign = await app.post<{ data: { id: string } }>('/campaigns', { name: 'Behind', callDelay: 0 });
  const path = `/campaigns/${campaign.body.data.id}`;
  // Some of them answer.
  const leads = [171, 172, 173, 174, 175].map((n) => ({ phoneNumber: `+12025550${n}` }));
  await app.post(`${path}/leads/bulk`, { leads });
  await app.post(`${path}/start`);
  // The simulated carrier signs the public URL and calls it: the call ends only if that is found to be right.
  callId = await waitFor(async () => {
    const { body } = await app.get<{ data: { id: string; status: string }[] }>(`${path}/calls`);
    return body.data.find(({ status }) => status === 'completed')?.id;
  });
});
afterAll(async () => {
  await app.close();
  await new Promise((resolve) => proxy.close(resolve));
});

interface Callback {
  /** What is signed. */
  signed: string;
  /** Where it is sent. */
  to: string;
  headers?: Record<string, string>;
}

async function statusOf({ signed, to, headers }: Callback): Promise<number> {
  const parameters = {
    CallSid: `CA${'1'.repeat(32)}`,
    CallStatus: 'ringing',
    AccountSid: app.config.TWILIO_ACCOUNT_SID!,
  };
  const signature = twilio.getExpectedTwilioSignature(app.config.TWILIO_AUTH_TOKEN!, signed, parameters);
  const answer = await fetch(to, {
    method: 'POST',
    headers: { ...FORM, ...headers, 'X-Twilio-Signature': signature },
    body: new URLSearchParams(parameters).toString(),
  });
  return answer.status;
}

describe('carrier callbacks behind a proxy', () => {
  const pathOf = (id: string) => `/webhooks/twilio/calls/${id}/status`;

  it('should have come through the proxy, each one signed for the public URL', async () => {
    const { body } = await app.get<{ data: Record<string, number> }>('/callbacks/stats');
    expect(body.data).toMatchObject({ bad_signature: 0, wrong_account: 0, nonsense: 0 });
    expect(body.data.applied).toBeGreaterThanOrEqual(3);
  });

  it('should be taken where the public URL is signed, however they come in', async () => {
    const signed = publicUrl + pathOf(callId);
    expect(await statusOf({ signed, to: signed })).toBe(204);
    expect(await statusOf({ signed, to: app.url + pathOf(callId) })).toBe(204);
  });

  it('should be refused where another URL is signed, whatever the headers claim', async () => {
    const { url, config } = app;
    const path = pathOf(callId);
    const claims = {
      'X-Forwarded-Proto': 'https',
      'X-Forwarded-Host': 'evil.example',
      'X-Forwarded-Prefix': '/x',
    };
    const wrong: Callback[] = [
      // The address behind the proxy, and the one it claims.
      { signed: url + path, to: publicUrl + path },
      { signed: `https://calls.example.com${path}`, to: publicUrl + path },
      { signed: `https://calls.example.com${PREFIX}${path}`, to: publicUrl + path },
      // Without the prefix, with another scheme or host, with a query more or less.
      { signed: publicUrl.replace(PREFIX, '') + path, to: publicUrl + path },
      { signed: publicUrl.replace('http:', 'https:') + path, to: publicUrl + path },
      { signed: `${publicUrl}/${path}`, to: publicUrl + path },
      { signed: publicUrl + path, to: `${publicUrl}${path}?more=1` },
      { signed: `https://evil.example${path}`, to: url + path, headers: claims },
      { signed: `https://evil.example/x${path}`, to: url + path, headers: claims },
      { signed: `http://${config.HOST}:${config.PORT}${path}`, to: url + path, headers: claims },
      // Of another call.
      { signed: publicUrl + pathOf('01930000-0000-7000-8000-000000000000'), to: publicUrl + path },
    ];
    const statuses = [];
    for (const callback of wrong) statuses.push(await statusOf(callback));
    expect(statuses).toEqual(wrong.map(() => 403));
    const { body } = await app.get<{ data: Record<string, number> }>('/callbacks/stats');
    expect(body.data.bad_signature).toBe(wrong.length);
  });
});
