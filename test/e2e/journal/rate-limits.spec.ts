import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../support/app.js';

const LIMITS = {
  RATE_LIMIT_PER_MINUTE: '10',
  RATE_LIMIT_START_PER_MINUTE: '3',
  TRUST_PROXY: '1',
  ROLE: 'api',
};

describe('limits shared by two processes', () => {
  let apps: [TestApp, TestApp];

  beforeAll(async () => {
    const first = await startTestApp(LIMITS);
    apps = [first, await startTestApp({ ...LIMITS, REDIS_URL: first.redis.url })];
  });
  afterAll(() => Promise.all(apps.map((app) => app.close())));

  /** From the address that the proxy before them tells. */
  function ask(app: TestApp, address: string, path = '/campaigns', method = 'GET'): Promise<Response> {
    return fetch(`${app.url}/api/v1${path}`, { method, headers: { 'X-Forwarded-For': address } });
  }

  it('should let one address have its budget once, whichever it asks', async () => {
    const answers: Response[] = [];
    for (let i = 0; i < 14; i += 1) answers.push(await ask(apps[i % 2]!, '203.0.113.1'));
    expect(answers.map(({ status }) => status)).toEqual([...Array(10).fill(200), ...Array(4).fill(429)]);
    const remaining = answers.slice(0, 10).map(({ headers }) => Number(headers.get('x-ratelimit-remaining')));
    expect(remaining).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
    expect(answers[0]!.headers.get('x-ratelimit-limit')).toBe('10');
    const wait = Number(answers[13]!.headers.get('retry-after'));
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(60);
    expect(await answers[13]!.json()).toMatchObject({ success: false, code: 'RATE_LIMITED' });
  });

  it('should let one budget be used up by requests at the same time, and no more', async () => {
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, i) => ask(apps[i % 2]!, '203.0.113.2', '/agents')),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(10);
    expect((await ask(apps[0], '203.0.113.3')).status).toBe(200);
  });

  it('should count starts apart, and allow less of them', async () => {
    const start = (app: TestApp) => ask(app, '203.0.113.4', `/campaigns/${randomUUID()}/start`, 'POST');
    const statuses: number[] = [];
    for (let i = 0; i < 5; i += 1) statuses.push((await start(apps[i % 2]!)).status);
    expect(statuses).toEqual([404, 404, 404, 429, 429]);
    expect((await ask(apps[0], '203.0.113.4')).headers.get('x-ratelimit-remaining')).toBe('9');
  });

  it('should end with Redis, and begin again with it', async () => {
    const [app] = apps;
    for (let i = 0; i < 11; i += 1) await ask(app, '203.0.113.5');
    expect((await ask(app, '203.0.113.5')).status).toBe(429);
    await app.redis.flush();
    expect((await ask(app, '203.0.113.5')).status).toBe(200);
  });
});
