import { randomUUID } from 'node:crypto';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../support/app.js';

const UUID = '01930000-0000-7000-8000-000000000000';
const JSON_TYPE = { 'Content-Type': 'application/json' };

interface Refusal {
  success: false;
  error: string;
  details: string;
  code: string;
  errors?: { field: string; message: string }[];
}

interface OpenApi {
  servers: unknown;
  paths: Record<string, Record<string, { operationId: string; responses: object }>>;
  components: { schemas: object };
}

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp({ CORS_ORIGINS: 'https://console.example' });
});
afterAll(() => app.close());

/** Every refusal, whoever refuses. */
function expectEnvelope(body: Refusal, code: string): void {
  expect(body).toMatchObject({ success: false, code });
  expect(body.error).toEqual(expect.any(String));
  expect(body.details).toEqual(expect.any(String));
  expect(Object.keys(body).sort()).toEqual(
    ['code', 'details', 'error', 'success', ...('errors' in body ? ['errors'] : [])].sort(),
  );
}

async function post(path: string, body: string, headers: Record<string, string> = JSON_TYPE) {
  const answer = await fetch(`${app.url}${path}`, { method: 'POST', headers, body });
  return { status: answer.status, headers: answer.headers, body: await jsonOf(answer) };
}

async function jsonOf<T = Refusal>(answer: Response): Promise<T> {
  return (await answer.json()) as T;
}

/** Sends bytes as they are, which fetch would tidy, and answers what comes back until the connection closes. */
function raw(bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(app.config.PORT, app.config.HOST, () => socket.write(bytes));
    socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    socket.once('close', () => resolve(text)).once('error', reject);
  });
}

describe('health', () => {
  it.each(['/health', '/api/v1/health'])('should answer %s as the contract has it', async (path) => {
    const answer = await fetch(`${app.url}${path}`);
    const body = await jsonOf<{ timestamp: string }>(answer);
    expect(answer.status).toBe(200);
    expect(Object.keys(body)).toEqual(['success', 'message', 'timestamp']);
    expect(body).toMatchObject({ success: true, message: 'Campaign Calling API is running' });
    expect(new Date(body.timestamp).toISOString()).toBe(body.timestamp);
  });
});

describe('refusals before a route', () => {
  it.each(['/', '/api/v1', '/api/v1/nothing', '/campaigns', '/api/v1/health/x', '/webhooks/nothing'])(
    'should answer 404 in the envelope for %s',
    async (path) => {
      const answer = await fetch(`${app.url}${path}`);
      expect(answer.status).toBe(404);
      expectEnvelope(await jsonOf(answer), 'ROUTE_NOT_FOUND');
    },
  );

  it.each(['{"name":', '"text"', '{name: 1}', '\u0000', 'null'])(
    'should refuse the broken body %j',
    async (body) => {
      const answer = await post('/api/v1/campaigns', body);
      expect(answer.status).toBe(400);
      expectEnvelope(answer.body, 'BROKEN_JSON');
    },
  );

  it.each([
    'text/plain',
    'application/xml',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
  ])('should refuse the content type %s', async (type) => {
    const answer = await post('/api/v1/campaigns', 'name=x', { 'Content-Type': type });
    expect(answer.status).toBe(415);
    expectEnvelope(answer.body, 'WRONG_CONTENT_TYPE');
  });

  it('should refuse an unknown charset and an unknown encoding', async () => {
    const charset = await post('/api/v1/campaigns', '{}', {
      'Content-Type': 'application/json; charset=x-none',
    });
    const encoding = await post('/api/v1/campaigns', '{}', { ...JSON_TYPE, 'Content-Encoding': 'x-none' });
    expect([charset.status, encoding.status]).toEqual([415, 415]);
    expectEnvelope(charset.body, 'WRONG_CONTENT_TYPE');
    expectEnvelope(encoding.body, 'WRONG_CONTENT_TYPE');
  });

  it('should refuse a body above 1 MB, and one above 32 MB for bulk', async () => {
    const tooLarge = await post('/api/v1/campaigns', JSON.stringify({ name: 'x'.repeat(1.1 * 2 ** 20) }));
    expect(tooLarge.status).toBe(413);
    expectEnvelope(tooLarge.body, 'BODY_TOO_LARGE');
    const bulk = `/api/v1/campaigns/${UUID}/leads/bulk`;
    const allowed = await post(bulk, JSON.stringify({ leads: [{ name: 'x'.repeat(20 * 2 ** 20) }] }));
    expect(allowed.status).not.toBe(413);
    const refused = await post(bulk, JSON.stringify({ leads: [{ name: 'x'.repeat(32.1 * 2 ** 20) }] }));
    expect(refused.status).toBe(413);
    expectEnvelope(refused.body, 'BODY_TOO_LARGE');
  });

  it.each(['/api/v1/campaigns/%FF', '/api/v1/campaigns/%', '/%c0%ae%c0%ae/etc', '/api-docs/%FF'])(
    'should answer the malformed URL %s with 4xx in the envelope',
    async (path) => {
      const answer = await fetch(`${app.url}${path}`);
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.status).toBeLessThan(500);
      expectEnvelope(await jsonOf(answer), expect.any(String) as string);
    },
  );

  it('should answer in the envelope what is no HTTP, and headers beyond reason', async () => {
    const nonsense = await raw('NONSENSE\r\n\r\n');
    expect(nonsense).toMatch(/^HTTP\/1\.1 400 /);
    expectEnvelope(JSON.parse(nonsense.split('\r\n\r\n')[1]!), 'BAD_REQUEST');
    const bomb = await raw(
      `GET /health HTTP/1.1\r\nHost: localhost\r\nX-Bomb: ${'x'.repeat(40_000)}\r\n\r\n`,
    );
    expect(bomb).toMatch(/^HTTP\/1\.1 431 /);
    expectEnvelope(JSON.parse(bomb.split('\r\n\r\n')[1]!), 'HEADERS_TOO_LARGE');
  });
});

describe('refusals of input', () => {
  it('should name unknown and wrong fields', async () => {
    const answer = await post('/api/v1/campaigns', JSON.stringify({ name: 5, surprise: 1 }));
    expect(answer.status).toBe(400);
    expectEnvelope(answer.body, 'VALIDATION_FAILED');
    const fields = answer.body.errors?.map((error) => error.field);
    expect(fields?.sort()).toEqual(['name', 'surprise']);
  });

  it.each([
    ['a string for a number', '{"name":"x","maxConcurrent":"5"}', 'maxConcurrent'],
    ['__proto__', '{"name":"x","__proto__":{"admin":true}}', '__proto__'],
    ['constructor', '{"name":"x","constructor":{"prototype":{"admin":true}}}', 'constructor'],
    ['a NUL character', '{"name":"a\\u0000b"}', 'name'],
  ])('should refuse %s', async (_what, body, field) => {
    const answer = await post('/api/v1/campaigns', body);
    expect(answer.status).toBe(400);
    expectEnvelope(answer.body, 'VALIDATION_FAILED');
    expect(answer.body.errors).toEqual([{ field, message: expect.any(String) }]);
  });

  it('should refuse an array and endless nesting', async () => {
    const array = await post('/api/v1/campaigns', '[]');
    const nested = await post('/api/v1/campaigns', `{"name":${'['.repeat(50_000)}${']'.repeat(50_000)}}`);
    expect([array.status, nested.status]).toEqual([400, 400]);
    expectEnvelope(array.body, 'VALIDATION_FAILED');
    expectEnvelope(nested.body, 'VALIDATION_FAILED');
  });

  it.each([
    'page=0',
    'page=x',
    'page=1.5',
    'limit=201',
    'limit=-1',
    'page=1&page=2',
    'page=1e99',
    'limit=%00',
    'what=1',
  ])('should refuse the query %s', async (query) => {
    const answer = await fetch(`${app.url}/api/v1/campaigns?${query}`);
    expect(answer.status).toBe(400);
    expectEnvelope(await jsonOf(answer), 'VALIDATION_FAILED');
  });

  it.each(['x', '%00', "1' OR 1=1", 'a'.repeat(3000)])(
    'should answer 404 for the malformed id %s',
    async (id) => {
      const answer = await fetch(`${app.url}/api/v1/campaigns/${id}`);
      expect(answer.status).toBe(404);
      expectEnvelope(await jsonOf(answer), 'CAMPAIGN_NOT_FOUND');
    },
  );
});

describe('headers', () => {
  it('should give each answer a request id, and keep a sane one it was given', async () => {
    const own = await fetch(`${app.url}/api/v1/nothing`);
    expect(own.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    const kept = await fetch(`${app.url}/health`, { headers: { 'X-Request-Id': 'edge-1:7' } });
    expect(kept.headers.get('x-request-id')).toBe('edge-1:7');
    const insane = await fetch(`${app.url}/health`, { headers: { 'X-Request-Id': 'a b<script>' } });
    expect(insane.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('should set the security headers and not name its framework', async () => {
    const { headers } = await fetch(`${app.url}/health`);
    expect(headers.get('content-security-policy')).toContain("script-src 'self'");
    expect(headers.get('content-security-policy')).not.toContain('upgrade-insecure-requests');
    // Swagger UI works with it: `node tools/check-docs-page.mjs` looks at it in a browser.
    expect(headers.get('content-security-policy')?.split(';')).toEqual(
      expect.arrayContaining([
        "default-src 'self'",
        "object-src 'none'",
        "script-src-attr 'none'",
        "base-uri 'self'",
      ]),
    );
    expect(headers.get('strict-transport-security')).toContain('max-age=');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('SAMEORIGIN');
    expect(headers.get('x-powered-by')).toBeNull();
  });

  it('should let the named origin in, and no other', async () => {
    const preflight = (origin: string) =>
      fetch(`${app.url}/api/v1/campaigns`, {
        method: 'OPTIONS',
        headers: { Origin: origin, 'Access-Control-Request-Method': 'POST' },
      });
    const known = await preflight('https://console.example');
    expect(known.status).toBe(204);
    expect(known.headers.get('access-control-allow-origin')).toBe('https://console.example');
    expect(known.headers.get('access-control-allow-methods')).toContain('DELETE');
    const stranger = await preflight('https://elsewhere.example');
    expect(stranger.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('should refuse a change that a foreign page asks for without a preflight', async () => {
    const post = (headers: Record<string, string>) =>
      fetch(`${app.url}/api/v1/campaigns/${randomUUID()}/start`, { method: 'POST', headers });
    const foreign = await post({ Origin: 'https://elsewhere.example' });
    expect(foreign.status).toBe(403);
    expectEnvelope((await foreign.json()) as Refusal, 'ORIGIN_NOT_ALLOWED');
    for (const origin of ['https://console.example', app.url]) {
      expect((await post({ Origin: origin })).status).toBe(404);
    }
    expect((await post({})).status).toBe(404);
  });

  it('should compress what is worth it', async () => {
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const headers = { 'Accept-Encoding': 'gzip' };
      httpRequest(`${app.url}/api-docs-json`, { headers, agent: false }, resolve).once('error', reject).end();
    });
    answer.resume();
    expect(answer.headers['content-encoding']).toBe('gzip');
  });
});

describe('documentation', () => {
  it('should serve Swagger UI with every file it names', async () => {
    const page = await fetch(`${app.url}/api-docs`);
    const html = await page.text();
    expect(page.status).toBe(200);
    expect(html).toContain('<title>Campaign Calling API</title>');
    const files = [...html.matchAll(/(?:src|href)="(\.\/[^"]+)"/g)].map((match) => match[1]!);
    expect(files.length).toBeGreaterThanOrEqual(3);
    for (const file of files) expect((await fetch(new URL(file, page.url))).status).toBe(200);
    // The policy allows no inline script, so there must be none.
    expect(html).not.toMatch(/<script>(?!\s*<)/);
  });

  it('should describe each operation once, with answers, on a relative server', async () => {
    const document = await jsonOf<OpenApi>(await fetch(`${app.url}/api-docs-json`));
    expect(document.servers).toEqual([{ url: '/' }]);
    const operations = Object.values<Record<string, Record<string, unknown>>>(document.paths).flatMap(
      Object.values,
    );
    expect(operations.length).toBeGreaterThan(10);
    const ids = operations.map((operation) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const operation of operations) {
      expect(Object.keys(operation.responses).some((status) => status.startsWith('2'))).toBe(true);
    }
    expect(JSON.stringify(document)).not.toContain('"#/components/schemas/Object"');
    const named = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(
      (match) => match[1]!,
    );
    for (const name of named) expect(document.components.schemas).toHaveProperty(name);
  });
});

describe('the limit per address', () => {
  it('should answer 429 with Retry-After, and leave health and webhooks alone', async () => {
    const limited = await startTestApp({ RATE_LIMIT_PER_MINUTE: '3' });
    try {
      const statuses: number[] = [];
      for (let sent = 0; sent < 3; sent += 1) statuses.push((await limited.get('/campaigns')).status);
      expect(statuses).toEqual([200, 200, 200]);
      const refused = await limited.get<Refusal>('/agents');
      expect(refused.status).toBe(429);
      expectEnvelope(refused.body, 'RATE_LIMITED');
      const wait = Number(refused.headers.get('retry-after'));
      expect(wait).toBeGreaterThan(0);
      expect(wait).toBeLessThanOrEqual(60);
      expect((await limited.get('/health')).status).toBe(200);
      expect((await fetch(`${limited.url}/health`)).status).toBe(200);
    } finally {
      await limited.close();
    }
  });
});
