import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IdempotencyKeysRepository } from '../../../src/journal/idempotency/idempotency-keys.repository.js';
import { IdempotencyTick } from '../../../src/journal/idempotency/idempotency-tick.js';
import { DEFAULT_WORKSPACE_ID } from '../../../src/database/index.js';
import { startTestApp, type Answer, type TestApp } from '../../support/app.js';
import { nameOf } from '../../../src/journal/idempotency/keeping.js';
import { nextNumber } from './deeds.js';

interface Body {
  success: boolean;
  data: { id: string };
  code?: string;
}

/** Creating or starting nothing, so that asking twice does no harm; and the setup, whose token is good for once. */
const NOT_KEYED = [
  'post /api/v1/auth/login',
  'post /api/v1/auth/logout',
  'post /api/v1/auth/refresh',
  'post /api/v1/auth/setup',
  'post /api/v1/campaigns/{id}/preflight',
];

let app: TestApp;
let sql: pg.Pool;

beforeAll(async () => {
  app = await startTestApp({ ROLE: 'api', WEBHOOKS_ALLOW_PRIVATE: 'true' });
  sql = new pg.Pool({ connectionString: app.database.url, max: 2 });
});
afterAll(async () => {
  await sql.end();
  await app.close();
});

const keyed = (key: string) => ({ 'Idempotency-Key': key });
const post = (path: string, body: unknown, key: string) => app.post<Body>(path, body, keyed(key));
const isReplay = ({ headers }: Answer<Body>) => headers.get('idempotent-replayed') === 'true';

async function count(table: string, where = 'true', values: unknown[] = []): Promise<number> {
  const { rows } = await sql.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM ${table} WHERE ${where}`,
    values,
  );
  return rows[0]!.count;
}

async function campaignWithLead(): Promise<string> {
  const { body } = await app.post<Body>('/campaigns', { name: 'To start' });
  await app.post(`/campaigns/${body.data.id}/leads`, { phoneNumber: nextNumber() });
  return body.data.id;
}

describe('a request with an Idempotency-Key', () => {
  it('should be done once, of 50 at the same time, and answered the same to all who ask again', async () => {
    const key = randomUUID();
    const name = `Once ${key}`;
    const answers = await Promise.all(Array.from({ length: 50 }, () => post('/campaigns', { name }, key)));
    expect(await count('campaigns', 'name = $1', [name])).toBe(1);
    expect(
      await count('audit_entries', `action = 'campaign.created' AND after ->> 'name' = $1`, [name]),
    ).toBe(1);
    const created = answers.filter(({ status }) => status === 201);
    expect(created.length).toBeGreaterThanOrEqual(1);
    expect(created.filter((answer) => !isReplay(answer))).toHaveLength(1);
    for (const { body } of created) expect(body).toEqual(created[0]!.body);
    for (const { status, body, headers } of answers.filter((answer) => answer.status !== 201)) {
      expect([status, body.code]).toEqual([409, 'IDEMPOTENCY_KEY_IN_FLIGHT']);
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    }
    const again = await post('/campaigns', { name }, key);
    expect([again.status, isReplay(again), again.body]).toEqual([201, true, created[0]!.body]);
  });

  it('should start a campaign once', async () => {
    const id = await campaignWithLead();
    const [first, second] = [
      await post(`/campaigns/${id}/start`, undefined, 'start-1'),
      await post(`/campaigns/${id}/start`, undefined, 'start-1'),
    ];
    expect([first.status, isReplay(first)]).toEqual([200, false]);
    expect([second.status, isReplay(second), second.body]).toEqual([200, true, first.body]);
    expect(await count('campaign_runs', 'campaign_id = $1', [id])).toBe(1);
    const otherKey = await post(`/campaigns/${id}/start`, undefined, 'start-2');
    expect([otherKey.status, otherKey.body.code]).toEqual([400, 'CAMPAIGN_ACTIVE']);
  });

  it('should be refused where the key stood for another body, query or path', async () => {
    const key = randomUUID();
    await post('/agents', { name: 'First' }, key);
    const others = [
      await post('/agents', { name: 'Second' }, key),
      await post('/agents?x=1', { name: 'First' }, key),
      await post('/campaigns', { name: 'First' }, key),
    ];
    for (const { status, body } of others) {
      expect([status, body.code]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
    }
    expect(await count('agents', `name IN ('First', 'Second')`)).toBe(1);
  });

  it.each(['', ' ', 'a b', 'a,b', 'é', 'x'.repeat(256)])('should be refused with the key %j', async (key) => {
    const { status, body } = await post('/agents', { name: 'Never' }, key);
    expect([status, body.code]).toEqual([400, 'IDEMPOTENCY_KEY_INVALID']);
    expect(await count('agents', `name = 'Never'`)).toBe(0);
  });

  it('should get the same refusal again, though it would not be refused any more', async () => {
    const { body } = await app.post<Body>('/campaigns', { name: 'Empty' });
    const path = `/campaigns/${body.data.id}/start`;
    const refused = await post(path, undefined, 'refused');
    expect([refused.status, refused.body.code]).toEqual([400, 'NO_PENDING_LEADS']);
    await app.post(`/campaigns/${body.data.id}/leads`, { phoneNumber: nextNumber() });
    const again = await post(path, undefined, 'refused');
    expect([again.status, isReplay(again), again.body]).toEqual([400, true, refused.body]);
    expect((await post(path, undefined, 'anew')).status).toBe(200);
  });

  it('should keep its key where the input was wrong', async () => {
    const key = randomUUID();
    expect((await post('/agents', { name: 5 }, key)).status).toBe(400);
    const right = await post('/agents', { name: 'Right' }, key);
    expect([right.status, isReplay(right)]).toEqual([201, false]);
  });

  it('should be done when it comes again after a failure on our side', async () => {
    const key = randomUUID();
    await sql.query('ALTER TABLE agents RENAME TO agents_gone');
    try {
      expect((await post('/agents', { name: 'Later' }, key)).status).toBe(500);
    } finally {
      await sql.query('ALTER TABLE agents_gone RENAME TO agents');
    }
    expect(await count('idempotency_keys', 'key = $1', [nameOf(key)])).toBe(0);
    expect((await post('/agents', { name: 'Later' }, key)).status).toBe(201);
    expect(await count('agents', `name = 'Later'`)).toBe(1);
  });

  it('should compare files by what is in them', async () => {
    const { body } = await app.post<Body>('/campaigns', { name: 'Files' });
    const file = `phoneNumber\n${nextNumber()}\n`;
    const upload = async (text: string) => {
      const form = new FormData();
      form.append('file', new Blob([text]), 'leads.csv');
      const url = `${app.url}/api/v1/campaigns/${body.data.id}/leads/upload`;
      const answer = await fetch(url, { method: 'POST', headers: keyed('a-file'), body: form });
      return {
        status: answer.status,
        replayed: answer.headers.get('idempotent-replayed'),
        body: await answer.json(),
      };
    };
    const first = await upload(file);
    expect([first.status, first.replayed]).toEqual([201, null]);
    expect(await upload(file)).toEqual({ ...first, replayed: 'true' });
    expect((await upload(`${file}${nextNumber()}\n`)).status).toBe(422);
    expect(await count('lead_imports', 'campaign_id = $1', [body.data.id])).toBe(1);
  });

  it('should be a new one after a day', async () => {
    const key = randomUUID();
    const first = await post('/agents', { name: 'Daily' }, key);
    await sql.query(`UPDATE idempotency_keys SET expires_at = now() WHERE key = $1`, [nameOf(key)]);
    const second = await post('/agents', { name: 'Daily' }, key);
    expect([second.status, isReplay(second)]).toEqual([201, false]);
    expect(second.body.data.id).not.toBe(first.body.data.id);
  });
});

describe('a request that holds secrets, or whose answer does', () => {
  const hook = { url: 'https://hooks.example.com', eventTypes: ['campaign.created'] };
  const apiKey = { name: 'A key', role: 'viewer' };
  const made = async (path: string, body: object) => (await app.post<Body>(path, body)).body.data.id;
  const email = `${randomUUID()}@example.com`;
  const password = 'correct horse battery';

  const rowOf = async (key: string) => {
    const { rows } = await sql.query<{ fingerprint: string; text: string }>(
      'SELECT fingerprint, k::text AS text FROM idempotency_keys k WHERE key = $1',
      [nameOf(key)],
    );
    expect(rows).toHaveLength(1);
    return rows[0]!;
  };

  it.each<[string, number, string, () => Promise<string>, object | undefined]>([
    ['a webhook', 201, 'secret', async () => '/webhooks', hook],
    [
      'the new secret of a webhook',
      ...([200, 'secret'] as const),
      async () => `/webhooks/${await made('/webhooks', hook)}/rotate-secret`,
      undefined,
    ],
    ['an API key', 201, 'key', async () => '/auth/api-keys', apiKey],
    [
      'an API key in place of another',
      ...([201, 'key'] as const),
      async () => `/auth/api-keys/${await made('/auth/api-keys', apiKey)}/rotate`,
      {},
    ],
    ['a user', 201, 'email', async () => '/auth/users', { email, password, role: 'viewer' }],
  ])('should make %s once, answer it again, and leave nothing to be read', async (_, ok, field, at, body) => {
    const [key, path] = [randomUUID(), await at()];
    const first = await post(path, body, key);
    expect([first.status, isReplay(first)]).toEqual([ok, false]);
    const shown = Object.entries(first.body.data).find(([name]) => name === field)?.[1];
    expect(shown).toEqual(expect.stringMatching(/.{10}/));
    const second = await post(path, body, key);
    expect([second.status, isReplay(second), second.body]).toEqual([ok, true, first.body]);
    const other = await post(path, { ...body, name: 'Another' }, key);
    expect([other.status, other.body.code]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
    const { text } = await rowOf(key);
    for (const secret of [key, shown!, password]) expect(text).not.toContain(secret);
    expect(text).toContain('v1.');
  });

  it('should be done once of 20 at the same time', async () => {
    const key = randomUUID();
    const name = `Key ${key}`;
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => post('/auth/api-keys', { ...apiKey, name }, key)),
    );
    expect(await count('api_keys', 'name = $1', [name])).toBe(1);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201, 409]));
  });

  it('should be kept with a fingerprint of which no password can be guessed', async () => {
    const keys = [randomUUID(), randomUUID()];
    for (const key of keys) await post('/auth/api-keys', apiKey, key);
    const [one, other] = await Promise.all(keys.map(rowOf));
    expect(one!.fingerprint).not.toBe(other!.fingerprint);
  });
});

describe('the keys', () => {
  it('should be deleted after a day, and not before', async () => {
    await sql.query(
      `INSERT INTO idempotency_keys (key, fingerprint, holder, held_until, expires_at)
       SELECT 'old-' || n, '', gen_random_uuid(), now(), now() - n * interval '1 second' FROM generate_series(1, 2500) AS n`,
    );
    const others = await count(
      'idempotency_keys',
      `key NOT LIKE 'old-%' AND expires_at > now() + interval '23 hours'`,
    );
    expect(others).toBeGreaterThan(0);
    await app.app.get(IdempotencyTick, { strict: false }).tick();
    expect(await count('idempotency_keys')).toBe(others);
  });

  it('should be found by the hash that those from before were given by the migration', async () => {
    const [key, hash] = ['an-earlier-key!~', `encode(sha256(convert_to($1, 'UTF8')), 'hex')`];
    const { rows } = await sql.query<{ name: string }>(`SELECT ${hash} AS name`, [key]);
    expect(rows[0]!.name).toBe(nameOf(key));
  });

  it('should not be there for requests without one', async () => {
    const before = await count('idempotency_keys');
    expect((await app.post('/agents', { name: 'Plain' })).status).toBe(201);
    expect(await count('idempotency_keys')).toBe(before);
  });

  it('should let a request that was taken for dead write nothing more', async () => {
    const keys = app.app.get(IdempotencyKeysRepository, { strict: false });
    const slow = (await keys.take(DEFAULT_WORKSPACE_ID, 'slow', 'f'))!;
    expect(await keys.takeOver(DEFAULT_WORKSPACE_ID, 'slow', 'f')).toBeNull();
    await sql.query(`UPDATE idempotency_keys SET held_until = now() WHERE key = 'slow'`);
    const [one, two] = await Promise.all([
      keys.takeOver(DEFAULT_WORKSPACE_ID, 'slow', 'f'),
      keys.takeOver(DEFAULT_WORKSPACE_ID, 'slow', 'f'),
    ]);
    expect([one, two].filter(Boolean)).toHaveLength(1);
    const change = { action: 'agent.created', entityId: 'x' };
    await expect(keys.markDone(undefined, slow, change)).rejects.toThrow('is being worked on');
    await keys.markDone(undefined, (one ?? two)!, change);
    await keys.keep(slow, { status: 201, body: '{}' });
    const known = await keys.find(DEFAULT_WORKSPACE_ID, 'slow');
    expect(known).toMatchObject({ done: 'agent.created x', answer: null });
  });

  it('should be taken by every route that creates or starts', async () => {
    const document = (await (await fetch(`${app.url}/api-docs-json`)).json()) as {
      paths: Record<string, Record<string, { parameters?: { name: string }[] }>>;
    };
    const without = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods)
        .filter(([method]) => method === 'post')
        .filter(([, { parameters }]) => !parameters?.some(({ name }) => name === 'Idempotency-Key'))
        .map(([method]) => `${method} ${path}`),
    );
    expect(without.sort()).toEqual(NOT_KEYED);
  });
});
