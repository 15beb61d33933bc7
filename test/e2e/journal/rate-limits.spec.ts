import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../support/app.js';
import { AccessWorld } from '../auth/world.js';

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

describe('limits where who asks must be known', () => {
  let world: AccessWorld;
  let key: string;

  beforeAll(async () => {
    world = await AccessWorld.start({ ...LIMITS, RATE_LIMIT_LOGIN_PER_MINUTE: '5' });
    await world.setUp();
    key = (await world.key(await world.owner(), { role: 'viewer' })).key;
  });
  afterAll(() => world.close());

  const ask = async (address: string, path: string, o: RequestInit = {}) => {
    const headers = new Headers(o.headers);
    headers.set('X-Forwarded-For', address);
    return (await fetch(`${world.app.url}/api/v1${path}`, { ...o, headers })).status;
  };
  const statusesOf = async (times: number, one: () => Promise<number>) => {
    const statuses: number[] = [];
    for (let i = 0; i < times; i += 1) statuses.push(await one());
    return statuses;
  };
  const by = (token: string) => ({ headers: { Authorization: `Bearer ${token}` } });

  it.each([
    ['no credentials', '203.0.113.11', {}],
    ['wrong ones', '203.0.113.12', by('ck_live_wrong')],
  ])('should count by address whoever is refused with %s', async (_, address, o) => {
    const statuses = await statusesOf(12, () => ask(address, '/campaigns', o));
    expect(statuses).toEqual([...Array<number>(10).fill(401), 429, 429]);
  });

  it('should count a known key by itself, wherever it asks from', async () => {
    await statusesOf(11, () => ask('203.0.113.13', '/campaigns'));
    const addresses = ['203.0.113.13', '203.0.113.14'];
    const statuses: number[] = [];
    for (let i = 0; i < 12; i += 1) statuses.push(await ask(addresses[i % 2]!, '/campaigns', by(key)));
    expect(statuses).toEqual([...Array<number>(10).fill(200), 429, 429]);
  });

  it('should count logins apart, and allow less of them', async () => {
    const body = JSON.stringify({ refreshToken: 'no-such-token' });
    const headers = { 'Content-Type': 'application/json' };
    const refresh = () => ask('203.0.113.15', '/auth/refresh', { method: 'POST', body, headers });
    expect(await statusesOf(6, refresh)).toEqual([...Array<number>(5).fill(401), 429]);
    expect(await ask('203.0.113.15', '/auth/password', { method: 'POST', body, headers })).toBe(429);
    expect(await ask('203.0.113.15', '/auth/api-keys', { method: 'POST', body, headers })).toBe(401);
  });
});
