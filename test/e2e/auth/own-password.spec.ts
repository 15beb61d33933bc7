import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { AccessWorld, PASSWORD, type Body, type Callers } from './world.js';

const NEXT = 'a password of my own';
const WRONG = 'a wrong password';

describe('a password of one’s own', () => {
  let world: AccessWorld;
  let owner: Callers;
  let made = 0;
  beforeAll(async () => {
    world = await AccessWorld.start();
    await world.setUp();
    owner = await world.owner();
  });
  afterEach(async () => {
    await world.sql.query('TRUNCATE login_attempts');
  });
  afterAll(() => world.close());

  const viewer = async () => {
    const email = `viewer-${(made += 1)}@example.com`;
    const { body } = await owner.post<Body>('/auth/users', { email, password: PASSWORD, role: 'viewer' });
    const tokens = await world.login(email);
    return { id: String(body.data.id), email, tokens, asks: world.as(tokens.accessToken) };
  };
  const change = (asks: Callers, currentPassword: string, newPassword: string, key?: string) =>
    asks.post<Body & { errors: { field: string }[] }>(
      '/auth/password',
      { currentPassword, newPassword },
      key === undefined ? {} : { 'Idempotency-Key': key },
    );
  const login = async (email: string, password: string) =>
    (await world.app.post<Body>('/auth/login', { email, password })).body.code ?? 'in';
  const hashOf = async (id: string) =>
    (await world.row('SELECT password_hash FROM users WHERE id = $1', [id]))?.password_hash;

  it('should be changed by whoever knows it, and end all logins but this one', async () => {
    const { id, email, tokens, asks } = await viewer();
    const other = await world.login(email);
    expect((await world.as(other.accessToken).get('/auth/me')).status).toBe(200);
    const { status, body } = await change(asks, PASSWORD, NEXT);
    expect([status, body]).toEqual([200, { success: true, message: 'Password changed' }]);
    expect((await world.as(other.accessToken).get<Body>('/auth/me')).body.code).toBe('INVALID_TOKEN');
    const refresh = async ({ refreshToken }: { refreshToken: string }) =>
      (await world.app.post('/auth/refresh', { refreshToken })).status;
    expect([await refresh(other), await refresh(tokens)]).toEqual([401, 200]);
    expect((await asks.get('/auth/me')).status).toBe(200);
    expect([await login(email, PASSWORD), await login(email, NEXT)]).toEqual(['INVALID_CREDENTIALS', 'in']);
    const { rows } = await world.sql.query<{ line: string; text: string }>(
      `SELECT concat_ws(' ', action, actor_kind, actor_name) AS line, e::text AS text FROM audit_entries e
        WHERE entity = 'user' AND entity_id = $1 ORDER BY id DESC LIMIT 1`,
      [id],
    );
    expect(rows[0]!.line).toBe(`user.password_changed user ${email}`);
    expect(rows[0]!.text).not.toMatch(/argon2|a password of my own|correct horse/);
  });

  it('should be changed once by one key, and not be there to be read', async () => {
    const { asks } = await viewer();
    const key = `once-${made}`;
    const first = await change(asks, PASSWORD, NEXT, key);
    const second = await change(asks, PASSWORD, NEXT, key);
    expect([first.status, second.status, second.body]).toEqual([200, 200, first.body]);
    expect(second.headers.get('idempotent-replayed')).toBe('true');
  });

  it('should stay where it is not known, and be locked after ten guesses', async () => {
    const { id, email, asks } = await viewer();
    const before = await hashOf(id);
    const codes: unknown[] = [];
    for (let n = 0; n < 11; n += 1) codes.push((await change(asks, WRONG, NEXT)).body.code);
    expect(codes).toEqual([...Array<string>(10).fill('WRONG_PASSWORD'), 'LOGIN_LOCKED']);
    const right = await change(asks, PASSWORD, NEXT);
    expect([right.status, right.body.code]).toEqual([429, 'LOGIN_LOCKED']);
    expect(await login(email, PASSWORD)).toBe('LOGIN_LOCKED');
    expect(await hashOf(id)).toBe(before);
    expect((await asks.get('/auth/me')).status).toBe(200);
  });

  it('should be one of two that are asked for at once', async () => {
    const { email, asks } = await viewer();
    const answers = await Promise.all(
      ['first', 'other'].map((word) => change(asks, PASSWORD, `${word} ${NEXT}`)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400]);
    const [won, lost] = answers[0]!.status === 200 ? ['first', 'other'] : ['other', 'first'];
    expect(await login(email, `${won} ${NEXT}`)).toBe('in');
    expect(await login(email, `${lost} ${NEXT}`)).toBe('INVALID_CREDENTIALS');
  });

  it('should be no key’s', async () => {
    const { key } = await world.key(owner, { role: 'owner' });
    const { status, body } = await change(world.as(key), PASSWORD, NEXT);
    expect([status, body.code]).toEqual([400, 'NO_PASSWORD']);
  });

  it.each([
    ['newPassword', PASSWORD, 'eleven sign'],
    ['currentPassword', '', NEXT],
  ])('should be refused with a wrong %s', async (field, current, next) => {
    const { id, asks } = await viewer();
    const before = await hashOf(id);
    const { status, body } = await change(asks, current, next);
    expect([status, body.errors.map((error) => error.field)]).toEqual([400, [field]]);
    expect(await hashOf(id)).toBe(before);
  });
});
