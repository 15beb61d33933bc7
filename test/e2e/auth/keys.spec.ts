import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Database } from '../../../src/database/index.js';
import { waitFor } from '../../support/wait-for.js';
import { AccessWorld, type Body, type Callers } from './world.js';

const KEY = /^ck_live_[0-9a-f]{12}_[\w-]{43}$/;
const ROW = 'SELECT * FROM api_keys WHERE id = $1';

describe('API keys over HTTP', () => {
  let world: AccessWorld;
  let owner: Callers;
  beforeAll(async () => {
    world = await AccessWorld.start();
    await world.setUp();
    owner = await world.owner();
  });
  afterAll(() => world.close());

  const refusalOf = async (key: string) => (await world.as(key).get<Body>('/auth/me')).body.code;

  it('should be shown once, and kept as a hash', async () => {
    const { status, headers, body } = await owner.post<Body>('/auth/api-keys', {
      name: 'CRM',
      role: 'operator',
    });
    expect(status).toBe(201);
    expect(headers.get('cache-control')).toBe('no-store');
    const { id, key, prefix } = body.data as { id: string; key: string; prefix: string };
    expect(key).toMatch(KEY);
    expect(key.startsWith(prefix)).toBe(true);
    const row = await world.row(`SELECT *, sha256($2::bytea) = hash AS is_hash FROM api_keys WHERE id = $1`, [
      id,
      key,
    ]);
    expect(row).toMatchObject({ is_hash: true, prefix, role: 'operator', created_by: 'owner@example.com' });
    expect(JSON.stringify(row)).not.toContain(key.slice(prefix.length + 1));
    for (const path of [`/auth/api-keys/${id}`, '/auth/api-keys']) {
      expect(JSON.stringify((await owner.get(path)).body)).not.toContain(key.slice(prefix.length + 1));
    }
  });

  it('should let in as Bearer and as X-API-Key, and say who it is', async () => {
    const { id, key } = await world.key(owner, { role: 'viewer', scopes: ['leads:read'] });
    const expected = { kind: 'api_key', id, role: 'viewer', scopes: ['leads:read'] };
    const headers = { 'X-API-Key': key };
    const byHeader = await fetch(`${world.app.url}/api/v1/auth/me`, { headers });
    expect((await byHeader.json()) as Body).toMatchObject({ data: expected });
    expect((await world.as(key).get<Body>('/auth/me')).body).toMatchObject({ data: expected });
  });

  it('should be held to their scopes, within their role', async () => {
    const limited = world.as(
      (await world.key(owner, { role: 'owner', scopes: ['agents:write', 'leads:read'] })).key,
    );
    expect((await limited.post('/agents', { name: 'Made by a key' })).status).toBe(201);
    for (const path of ['/campaigns', '/auth/users', '/auth/api-keys', '/suppressions']) {
      const { status, headers, body } = await limited.get<Body>(path);
      expect([path, status, body.code]).toEqual([path, 403, 'FORBIDDEN']);
      expect(headers.get('www-authenticate')).toContain('error="insufficient_scope"');
    }
    const key = await limited.post<Body>('/auth/api-keys', { name: 'Stronger', role: 'owner' });
    expect(key.body.code).toBe('FORBIDDEN');
  });

  it('should be refused when wrong in any place', async () => {
    const { key } = await world.key(owner, { role: 'owner' });
    const other = (at: number) => `${key.slice(0, at)}${key[at] === 'a' ? 'b' : 'a'}${key.slice(at + 1)}`;
    const prefixed = key.slice(0, 21);
    const wrong = [
      other(key.length - 2),
      other(22),
      other(15),
      `${prefixed}${'x'.repeat(43)}`,
      `${key}x`,
      'ck_live_',
      'ck_x',
    ];
    for (const text of wrong) {
      const { status, headers, body } = await world.as(text).get<Body>('/agents');
      expect([text, status, body.code]).toEqual([text, 401, 'INVALID_API_KEY']);
      expect(headers.get('www-authenticate')).toBe('Bearer realm="campaign-calling", error="invalid_token"');
    }
    expect(await refusalOf(key)).toBeUndefined();
  });

  it('should be over when they expire', async () => {
    const past = await owner.post<Body>('/auth/api-keys', {
      name: 'Past',
      role: 'viewer',
      expiresAt: '2020-01-01T00:00:00Z',
    });
    expect(past.body.code).toBe('EXPIRES_IN_THE_PAST');
    const { id, key } = await world.key(owner, { role: 'viewer', expiresAt: '2099-01-01T00:00:00Z' });
    await world.sql.query(`UPDATE api_keys SET expires_at = now() - interval '1 second' WHERE id = $1`, [id]);
    expect(await refusalOf(key)).toBe('TOKEN_EXPIRED');
  });

  it('should open nothing from the moment they are revoked', async () => {
    const { id, key } = await world.key(owner, { role: 'viewer' });
    expect(await refusalOf(key)).toBeUndefined();
    const revoked = await owner.delete<Body>(`/auth/api-keys/${id}`);
    expect(revoked.body.data.revokedAt).toEqual(expect.any(String));
    expect(await refusalOf(key)).toBe('INVALID_API_KEY');
    const again = await owner.delete<Body>(`/auth/api-keys/${id}`);
    expect(again.body.data.revokedAt).toBe(revoked.body.data.revokedAt);
  });

  it('should be rotated with an overlap', async () => {
    const old = await world.key(owner, { role: 'operator', scopes: ['leads:write'] });
    const { status, body } = await owner.post<Body>(`/auth/api-keys/${old.id}/rotate`, {
      overlapSeconds: 60,
    });
    expect(status).toBe(201);
    const { key, ...fresh } = body.data as { key: string; id: string };
    expect(fresh).toMatchObject({ role: 'operator', scopes: ['leads:write'], expiresAt: null });
    expect([await refusalOf(old.key), await refusalOf(key)]).toEqual([undefined, undefined]);
    const row = await world.row(
      `SELECT replaced_by, expires_at - now() < interval '61 s' AS ends FROM api_keys WHERE id = $1`,
      [old.id],
    );
    expect(row).toEqual({ replaced_by: fresh.id, ends: true });
    const twice = await owner.post<Body>(`/auth/api-keys/${old.id}/rotate`, {});
    expect(twice.body.code).toBe('API_KEY_OVER');
  });

  it('should be over at once when rotated without an overlap', async () => {
    const old = await world.key(owner, { role: 'viewer' });
    expect(await refusalOf(old.key)).toBeUndefined();
    const { body } = await owner.post<Body>(`/auth/api-keys/${old.id}/rotate`, { overlapSeconds: 0 });
    expect([await refusalOf(old.key), await refusalOf(String(body.data.key))]).toEqual([
      'TOKEN_EXPIRED',
      undefined,
    ]);
  });

  it('should cost one look-up in many requests, and note the use once a minute', async () => {
    const { id, key } = await world.key(owner, { role: 'viewer' });
    const database = world.app.app.get(Database);
    const statements: string[] = [];
    const query = database.query.bind(database);
    database.query = (sql, ...rest) => {
      if (sql.includes('FROM api_keys WHERE prefix')) statements.push(sql);
      return query(sql, ...rest);
    };
    for (let n = 0; n < 20; n += 1) expect(await refusalOf(key)).toBeUndefined();
    expect(statements.length).toBe(1);
    const { last_used_at: first } = await waitFor(async () => {
      const row = await world.row(ROW, [id]);
      return row?.last_used_at ? row : undefined;
    });
    await world.sql.query(`UPDATE api_keys SET last_used_at = last_used_at - interval '30 s' WHERE id = $1`, [
      id,
    ]);
    expect(await refusalOf(key)).toBeUndefined();
    const second = (await world.row(ROW, [id]))?.last_used_at as Date;
    expect((first as Date).getTime() - second.getTime()).toBe(30_000);
  });

  it('should be noticed as revoked by another process within seconds', async () => {
    const { id, key } = await world.key(owner, { role: 'viewer' });
    expect(await refusalOf(key)).toBeUndefined();
    // As another process does it: this one is not told.
    await world.sql.query('UPDATE api_keys SET revoked_at = now() WHERE id = $1', [id]);
    const code = await waitFor(() => refusalOf(key), { timeoutMs: 4000, message: 'the revocation' });
    expect(code).toBe('INVALID_API_KEY');
  });
});
