import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp, type TestSettings } from '../../support/app.js';
import { AccessWorld } from '../auth/world.js';

const EVIL = 'evil.example:3000';

interface Told {
  status: number;
  code?: string;
}

/** As a browser asks whose resolver was told that the name is here. */
function ask(app: TestApp, host: string, method: string, path: string, body = ''): Promise<Told> {
  return new Promise((resolve, reject) => {
    const headers = { Host: host, 'Content-Type': 'application/json', Origin: `http://${host}` };
    const sent = request(`${app.url}${path}`, { method, headers }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => (text += part));
      answer.on('end', () => {
        const { code } = (text.startsWith('{') ? JSON.parse(text) : {}) as { code?: string };
        resolve({ status: answer.statusCode ?? 0, ...(code !== undefined && { code }) });
      });
    });
    sent.on('error', reject).end(body);
  });
}

describe('a page whose name was turned to this machine (DNS rebinding)', () => {
  const PUBLIC: TestSettings = { ROLE: 'api', PUBLIC_URL: 'https://calls.example.com/base' };
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp(PUBLIC);
  });
  afterAll(() => app.close());

  it.each([
    ['GET', '/api/v1/campaigns', ''],
    ['POST', '/api/v1/campaigns', '{"name":"Rebound"}'],
    ['OPTIONS', '/api/v1/campaigns', ''],
    ['GET', '/api/v1/health', ''],
    ['GET', '/api-docs-json', ''],
    ['GET', '/nowhere', ''],
  ])('should get nothing of an open API: %s %s', async (method, path, body) => {
    expect(await ask(app, EVIL, method, path, body)).toEqual({ status: 421, code: 'HOST_NOT_ALLOWED' });
    const { body: list } = await app.get<{ pagination: { total: number } }>('/campaigns');
    expect(list.pagination.total).toBe(0);
  });

  it.each(['localhost:1', '127.0.0.1', '[::1]:3000', 'calls.example.com'])(
    'should not keep out who asks for %s',
    async (host) => {
      expect((await ask(app, host, 'GET', '/api/v1/campaigns')).status).toBe(200);
    },
  );

  it('should not matter to the carrier, whose callbacks are signed', async () => {
    const path = '/webhooks/twilio/calls/01930000-0000-7000-8000-000000000000/status';
    expect((await ask(app, EVIL, 'POST', path)).status).toBe(403);
  });
});

describe('an API that wants to know who asks', () => {
  it('should have whatever name its proxy gives it', async () => {
    const world = await AccessWorld.start();
    try {
      expect((await ask(world.app, 'calls.example.com', 'GET', '/api/v1/health')).status).toBe(200);
      expect((await ask(world.app, EVIL, 'GET', '/api/v1/campaigns')).code).toBe('UNAUTHENTICATED');
    } finally {
      await world.close();
    }
  });
});
