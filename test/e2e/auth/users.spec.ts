import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SetupService } from '../../../src/auth/index.js';
import { UsersService } from '../../../src/auth/users/users.service.js';
import { runInScope } from '../../../src/common/index.js';
import { DEFAULT_WORKSPACE_ID } from '../../../src/database/index.js';
import { AccessWorld, OWNER, PASSWORD, type Body, type Callers } from './world.js';

const KEYS = ['createdAt', 'email', 'id', 'isActive', 'lastLoginAt', 'name', 'role', 'updatedAt'];

describe('users over HTTP', () => {
  let world: AccessWorld;
  let owner: Callers;
  let made = 0;
  beforeAll(async () => {
    world = await AccessWorld.start();
    await world.setUp();
    owner = await world.owner();
  });
  afterAll(() => world.close());

  const create = async (role: string) => {
    const email = `user-${(made += 1)}@example.com`;
    const { status, body } = await owner.post<Body>('/auth/users', { email, password: PASSWORD, role });
    expect(status).toBe(201);
    return { id: String(body.data.id), email, data: body.data };
  };

  it('should be made, listed and shown without their passwords', async () => {
    const { id, email, data } = await create('operator');
    expect(Object.keys(data).sort()).toEqual(KEYS);
    expect(data).toMatchObject({ email, role: 'operator', isActive: true, lastLoginAt: null });
    const list = await owner.get<{ data: { id: string }[] }>('/auth/users?limit=1');
    expect(list.body.data).toEqual([data]);
    expect((await owner.get<Body>(`/auth/users/${id}`)).body.data).toEqual(data);
    expect(await world.row('SELECT workspace_id, password_hash FROM users WHERE id = $1', [id])).toEqual({
      workspace_id: DEFAULT_WORKSPACE_ID,
      password_hash: expect.stringMatching(/^\$argon2id\$/) as string,
    });
  });

  it('should be made by no setup token once there is one', async () => {
    expect(await world.app.app.get(SetupService).issueToken()).toBeUndefined();
    const token = 'x'.repeat(43);
    await world.sql.query(
      `INSERT INTO setup_tokens (hash, expires_at) VALUES (sha256($1::bytea), now() + interval '1 hour')`,
      [token],
    );
    const body = { token, email: 'second@example.com', password: PASSWORD };
    expect((await world.app.post<Body>('/auth/setup', body)).body.code).toBe('INVALID_SETUP_TOKEN');
    expect(await world.row('SELECT 1 FROM users WHERE email = $1', [body.email])).toBeUndefined();
  });

  it('should have an address each, whatever its case', async () => {
    const { email } = await create('viewer');
    const again = { email: email.toUpperCase(), password: PASSWORD, role: 'viewer' };
    const { status, body } = await owner.post<Body>('/auth/users', again);
    expect([status, body.code]).toEqual([400, 'EMAIL_TAKEN']);
  });

  it.each([
    ['email', { email: 'nobody' }],
    ['email', { email: `${'x'.repeat(250)}@example.com` }],
    ['password', { password: 'eleven sign' }],
    ['role', { role: 'admin' }],
    ['workspaceId', { workspaceId: 'x' }],
  ])('should be refused with a wrong %s', async (field, wrong) => {
    const right = { email: 'right@example.com', password: PASSWORD, role: 'viewer' };
    const { status, body } = await owner.post<Body & { errors: { field: string }[] }>('/auth/users', {
      ...right,
      ...wrong,
    });
    expect([status, body.errors.map((error) => error.field)]).toEqual([400, [field]]);
  });

  it('should have another role from the next request on', async () => {
    const { id, email } = await create('manager');
    const manager = world.as((await world.login(email)).accessToken);
    expect((await manager.post('/agents', { name: 'Allowed' })).status).toBe(201);
    expect((await owner.put<Body>(`/auth/users/${id}`, { role: 'viewer' })).body.data.role).toBe('viewer');
    const refused = await manager.post<Body>('/agents', { name: 'Refused' });
    expect([refused.status, refused.body.code]).toEqual([403, 'FORBIDDEN']);
    expect(await world.row(`SELECT 1 FROM agents WHERE name = 'Refused'`)).toBeUndefined();
  });

  it.each([
    ['shut out', (id: string) => owner.put(`/auth/users/${id}`, { isActive: false })],
    ['deleted', (id: string) => owner.delete(`/auth/users/${id}`)],
    [
      'given another password',
      (id: string) => owner.put(`/auth/users/${id}`, { password: 'a password of today' }),
    ],
  ])('should be out at once when they are %s', async (_what, change) => {
    const { id, email } = await create('manager');
    const { accessToken, refreshToken } = await world.login(email);
    expect((await world.as(accessToken).get('/auth/me')).status).toBe(200);
    expect((await change(id)).status).toBe(200);
    expect((await world.as(accessToken).get<Body>('/auth/me')).body.code).toBe('INVALID_TOKEN');
    expect((await world.app.post<Body>('/auth/refresh', { refreshToken })).body.code).toBe('INVALID_TOKEN');
    const login = await world.app.post<Body>('/auth/login', { email, password: PASSWORD });
    expect(login.body.code).toBe('INVALID_CREDENTIALS');
  });

  it('should leave the workspace an owner, even if two take each other’s right away', async () => {
    const { id: otherId } = await create('owner');
    const { id } = (await world.row('SELECT id FROM users WHERE email = $1', [OWNER])) as { id: string };
    const users = world.app.app.get(UsersService);
    const actor = { kind: 'user', id, name: OWNER } as const;
    const results = await runInScope({ requestId: 'race', actor, workspaceId: DEFAULT_WORKSPACE_ID }, () =>
      Promise.allSettled([users.update(otherId, { role: 'viewer' }), users.update(id, { isActive: false })]),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(results).toContainEqual({
      status: 'rejected',
      reason: expect.objectContaining({ code: 'LAST_OWNER' }) as Error,
    });
    const owners = await world.row(`SELECT count(*)::int AS n FROM users WHERE role = 'owner' AND is_active`);
    expect(owners).toEqual({ n: 1 });
  });

  it('should not let the last owner go', async () => {
    await world.sql.query(`UPDATE users SET role = 'owner', is_active = true WHERE email = $1`, [OWNER]);
    await world.sql.query(`UPDATE users SET role = 'viewer' WHERE email <> $1`, [OWNER]);
    const last = await world.owner();
    const { data } = (await last.get<Body>('/auth/me')).body;
    expect((await last.delete<Body>(`/auth/users/${String(data.id)}`)).body.code).toBe('LAST_OWNER');
    expect((await last.put<Body>(`/auth/users/${String(data.id)}`, { role: 'manager' })).body.code).toBe(
      'LAST_OWNER',
    );
  });
});
