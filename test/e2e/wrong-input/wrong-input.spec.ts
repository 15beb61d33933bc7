import { Agent } from 'node:http';
import { afterAll, describe, expect, it } from 'vitest';
import { SetupService } from '../../../src/auth/index.js';
import { startTestApp } from '../../support/app.js';
import { AnswerJudge } from '../../support/openapi/answer-judge.js';
import type { OpenApiDocument } from '../../support/openapi/document.js';
import { WRONG_IDS } from './hostile-values.js';
import { leastBody, operationsOf, pathOf, type KnownIds, type OpenApi } from './operations.js';
import { makeAccess } from './access.js';
import { send, sendBytes, type WireAnswer, type WrongRequest } from './send.js';
import { faultOf } from './verdict.js';
import { RIGHT_FORM } from './wrong-files.js';
import { wrongRequestsFor } from './wrong-requests.js';

interface Created {
  data: { id: string };
}

/** Requests in flight at once. */
const AT_ONCE = 8;

// The app tells the routes itself, so it must run before the tests are told.
const app = await startTestApp({ ROLE: 'api', WEBHOOKS_ALLOW_PRIVATE: 'true' });
const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
const document: unknown = await (await fetch(`${app.url}/api-docs-json`)).json();
const operations = operationsOf(document as OpenApi);
const judge = new AnswerJudge(document as OpenApiDocument);
const ids = await makeIds();

afterAll(async () => {
  agent.destroy();
  await app.close();
});

async function makeIds(): Promise<KnownIds> {
  const create = async (path: string, body: object) => (await app.post<Created>(path, body)).body.data.id;
  const campaignId = await create('/campaigns', { name: 'Campaign' });
  const agentId = await create('/agents', { name: 'Agent' });
  const leadId = await create(`/campaigns/${campaignId}/leads`, { phoneNumber: '+12025550142' });
  const suppressionId = await create('/suppressions', { phoneNumber: '+12025550143' });
  const phoneNumberId = await create('/phone-numbers', { phoneNumber: '+12025550144' });
  const webhookId = await create('/webhooks', {
    url: 'https://hooks.example.com',
    eventTypes: ['webhook.disabled'],
  });
  const tested = await app.post<{ data: { eventId: string } }>(`/webhooks/${webhookId}/test`);
  const { eventId } = tested.body.data;
  // There is no call to be had without dialling: its routes are only asked for calls that are not there.
  const form = new FormData();
  form.append('file', new Blob(['phoneNumber\n+12025550141\n']), 'leads.csv');
  const url = `${app.url}/api/v1/campaigns/${campaignId}/leads/upload`;
  const upload = (await (await fetch(url, { method: 'POST', body: form })).json()) as {
    data: { importId: string };
  };
  const { importId } = upload.data;
  const setupToken = (await app.app.get(SetupService).issueToken()) ?? '';
  return {
    ...(await makeAccess((path, body) => app.post(path, body), setupToken)),
    campaignId,
    agentId,
    leadId,
    importId,
    suppressionId,
    phoneNumberId,
    webhookId,
    eventId,
    callId: '01930000-0000-7000-8000-000000000000',
  };
}

/** All there is, as the API shows it. */
async function everything(): Promise<unknown> {
  const paths = [
    '/campaigns',
    '/agents',
    '/suppressions',
    '/phone-numbers',
    '/webhooks',
    '/auth/users',
    '/auth/api-keys',
    `/campaigns/${ids.campaignId}`,
    `/campaigns/${ids.campaignId}/stats`,
  ];
  return Promise.all(paths.map(async (path) => (await app.get(path)).body));
}

/** Sends them all, some at once. @returns what is wrong with the answers, one line each */
async function faultsOf(requests: WrongRequest[]): Promise<string[]> {
  const left = [...requests];
  const faults: string[] = [];
  const work = async () => {
    for (let wrong = left.shift(); wrong; wrong = left.shift()) {
      const fault = await answerTo(wrong).then(
        (answer) => faultOf(answer) ?? undocumented(wrong, answer),
        (error: unknown) => String(error),
      );
      if (fault !== undefined) faults.push(`${wrong.method} ${wrong.what} → ${fault}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return faults;
}

/** The carrier's routes are in no document. */
function undocumented({ method, path }: WrongRequest, answer: WireAnswer): string | undefined {
  return path.startsWith('/webhooks/') ? undefined : judge.faultOf({ method, path, ...answer });
}

function answerTo(wrong: WrongRequest): Promise<WireAnswer> {
  return send(app.url, agent, wrong);
}

describe('wrong input of every kind', () => {
  it.each(operations.filter(({ path }) => path !== '/health'))(
    'should be refused by $title, and change nothing',
    async (operation) => {
      const before = await everything();
      const requests = wrongRequestsFor(operation, ids);
      expect(await faultsOf(requests)).toEqual([]);
      expect((await app.get('/health')).status).toBe(200);
      expect(await everything()).toEqual(before);
    },
  );

  it('should know most of it from the routes of the contract', () => {
    const routes = operations.map(({ title }) => title);
    expect(routes.length).toBeGreaterThanOrEqual(25);
    expect(routes).toContain('POST /api/v1/campaigns/{campaignId}/leads/upload');
  });

  it('should be refused as a method that a route does not have', async () => {
    const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'PROPFIND', 'QUERY'];
    const requests = operations.flatMap((operation) => {
      const known = operations.filter(({ path }) => path === operation.path).map(({ method }) => method);
      const path = pathOf(operation, ids);
      return methods
        .filter((method) => !known.includes(method))
        .map((method) => ({ what: path, method, path }));
    });
    expect(await faultsOf(requests)).toEqual([]);
  });

  it('should get no body for HEAD, and no route for OPTIONS but the policy', async () => {
    for (const operation of operations) {
      const path = pathOf(operation, ids);
      const isRead = operations.some((other) => other.path === operation.path && other.method === 'GET');
      const head = await answerTo({ what: 'head', method: 'HEAD', path });
      const isThere = isRead && !path.includes(ids.callId);
      expect([path, head.status, head.text]).toEqual([path, isThere ? 200 : 404, '']);
      const options = await answerTo({ what: 'options', method: 'OPTIONS', path });
      expect([path, options.status, options.text]).toEqual([path, 204, '']);
    }
  });

  it.each([
    ['a wrong version', 'GET /health HTTP/9.9\r\nHost: localhost\r\n\r\n'],
    ['a wrong length', 'POST /api/v1/campaigns HTTP/1.1\r\nHost: localhost\r\nContent-Length: abc\r\n\r\n'],
    [
      'two lengths',
      'POST /api/v1/agents HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}',
    ],
    [
      'a length and chunks',
      'POST /api/v1/agents HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    [
      'broken chunks',
      'POST /api/v1/agents HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
    ],
    ['a NUL in a header', 'GET /health HTTP/1.1\r\nHost: localhost\r\nX-A: a\0b\r\n\r\n'],
    ['a NUL in the path', 'GET /api/v1/campaigns/\0 HTTP/1.1\r\nHost: localhost\r\n\r\n'],
    ['a header that is none', 'GET /health HTTP/1.1\r\nHost: localhost\r\nno colon\r\n\r\n'],
    ['many headers', `GET /health HTTP/1.1\r\nHost: localhost\r\n${'X-A: 1\r\n'.repeat(5000)}\r\n`],
    ['a path beyond reason', `GET /${'x'.repeat(40_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`],
    ['a method that is none', 'DIAL /health HTTP/1.1\r\nHost: localhost\r\n\r\n'],
    [
      'an unknown expectation',
      'GET /health HTTP/1.1\r\nHost: localhost\r\nExpect: wonders\r\nConnection: close\r\n\r\n',
    ],
    ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
  ])('should be refused as HTTP with %s', async (_what, bytes) => {
    const [head = '', text = ''] = (await sendBytes(app.url, bytes)).split('\r\n\r\n');
    const type = /^content-type: (.*)$/im.exec(head)?.[1] ?? '';
    expect(faultOf({ status: Number(head.split(' ')[1]), type, text })).toBeUndefined();
  });

  it('should be refused by Node itself without a host, before anything of ours', async () => {
    const [head = '', text = ''] = (await sendBytes(app.url, 'GET /health HTTP/1.1\r\n\r\n')).split(
      '\r\n\r\n',
    );
    expect(head).toMatch('HTTP/1.1 400 ');
    expect(text.replace('0', '').trim()).toBe('');
  });

  it.each(['status', 'twiml', 'keys?digit=9&scope=all'])(
    'should be refused as a carrier’s %s callback',
    async (kind) => {
      const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
      const bodies = [
        '',
        'a',
        '=',
        '&&&',
        '%',
        '%00=%00',
        '%FF=%ED%A0%80',
        '__proto__[polluted]=1',
        'CallSid=CA1&CallSid=CA2',
      ];
      const call = '01930000-0000-7000-8000-000000000000';
      const requests = [call, ...WRONG_IDS].flatMap((id) => {
        const path = `/webhooks/twilio/calls/${id}/${kind}`;
        return [
          ...[...bodies, 'x'.repeat(200_000)].map((body) => ({
            what: body.slice(0, 60),
            path,
            body,
            headers: form,
          })),
          {
            what: 'a false signature',
            path,
            body: 'CallSid=CA1',
            headers: { ...form, 'X-Twilio-Signature': 'x'.repeat(5000) },
          },
          { what: 'no signature at all', path },
          { what: 'JSON', path, body: '{"CallSid":1}', headers: { 'Content-Type': 'application/json' } },
        ];
      });
      expect(await faultsOf(requests.map((one) => ({ ...one, method: 'POST' })))).toEqual([]);
    },
  );

  it('should not reach any prototype', () => {
    expect(Object.prototype).not.toHaveProperty('polluted');
    expect('polluted' in {}).toBe(false);
  });
});

describe('right input, after all that', () => {
  // Were the examples refused anyhow, every wrong change to them would prove nothing.
  // The first owner is made once, above: a second time the token is void.
  // In open mode nobody has a password.
  const elsewhere = ['/api/v1/auth/setup', '/api/v1/auth/password'];
  const takingBodies = operations.filter(({ body, path }) => body && !elsewhere.includes(path));
  it.each(takingBodies)('should be taken by $title', async (operation) => {
    const { method, body } = operation;
    const headers = { 'Content-Type': 'application/json' };
    const right = JSON.stringify(leastBody(body!, ids));
    const answer = await answerTo({
      what: 'right',
      method,
      path: pathOf(operation, ids),
      headers,
      body: right,
    });
    expect([200, 201]).toContain(answer.status);
  });

  it('should be kept whole as metadata, whatever its names are', async () => {
    const metadata = { toString: 'x', valueOf: 1, hasOwnProperty: {}, then: null, a: [{ b: [] }] };
    const path = `/campaigns/${ids.campaignId}/leads`;
    const answers = [
      await app.post<{ data: object }>(path, { phoneNumber: '+12025550143', metadata }),
      await app.put<{ data: object }>(`${path}/${ids.leadId}`, { metadata }),
    ];
    for (const { body } of answers) expect(body.data).toMatchObject({ metadata });
    await app.post(`${path}/bulk`, { leads: [{ phoneNumber: '+12025550144', metadata }] });
    const { body } = await app.get<{ data: { phoneNumber: string }[] }>(path);
    expect(body.data.find((lead) => lead.phoneNumber === '+12025550144')).toMatchObject({ metadata });
  });

  it('should still be taken as a file, and started', async () => {
    const campaign = await app.post<Created>('/campaigns', { name: 'Right' });
    expect(campaign.status).toBe(201);
    const upload = await answerTo({
      what: 'right',
      method: 'POST',
      path: `/api/v1/campaigns/${campaign.body.data.id}/leads/upload`,
      headers: { 'Content-Type': RIGHT_FORM.type },
      body: RIGHT_FORM.body,
    });
    expect([upload.status, upload.text]).toEqual([201, expect.stringContaining('"uploaded":1')]);
    expect((await app.post(`/campaigns/${campaign.body.data.id}/start`)).status).toBe(200);
  });
});
