import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { AccessWorld, OWNER, PASSWORD, type Body } from './world.js';

const WRONG = 'a wrong password';
/** Requests in flight at once. */
const AT_ONCE = 50;

describe('logins that fail', () => {
  let world: AccessWorld;
  beforeAll(async () => {
    // Behind one proxy, so that a test can come from any address.
    world = await AccessWorld.start({ TRUST_PROXY: '1' });
    await world.setUp();
  });
  afterEach(async () => {
    await world.sql.query('TRUNCATE login_attempts');
  });
  afterAll(async () => {
    await world.close();
  });

  const login = (email: string, password: string, address: string) =>
    world.app.post<Body>('/auth/login', { email, password }, { 'X-Forwarded-For': address });

  it('should shut an account out after ten of a thousand, by whatever address', async () => {
    const codes: (string | undefined)[] = [];
    for (let sent = 0; sent < 1000; sent += AT_ONCE) {
      const some = Array.from({ length: AT_ONCE }, (_, n) =>
        login(OWNER, WRONG, `192.0.2.${(sent + n) % 200}`),
      );
      for (const { status, body } of await Promise.all(some)) {
        expect(status).toBe(body.code === 'LOGIN_LOCKED' ? 429 : 401);
        codes.push(body.code);
      }
    }
    expect(codes.filter((code) => code === 'INVALID_CREDENTIALS')).toHaveLength(10);
    expect(codes.filter((code) => code === 'LOGIN_LOCKED')).toHaveLength(990);
    const right = await login(OWNER, PASSWORD, '198.51.100.1');
    expect([right.status, right.body.code]).toEqual([429, 'LOGIN_LOCKED']);
    expect(Number(right.headers.get('retry-after'))).toBeGreaterThan(800);
    expect(await world.row(`SELECT failures FROM login_attempts WHERE subject LIKE 'account:%'`)).toEqual({
      failures: 11,
    });
  });

  it('should shut an unknown account out in the same way', async () => {
    const codes: (string | undefined)[] = [];
    for (let n = 0; n < 11; n += 1)
      codes.push((await login('nobody@example.com', WRONG, '192.0.2.1')).body.code);
    expect(codes).toEqual([...new Array<string>(10).fill('INVALID_CREDENTIALS'), 'LOGIN_LOCKED']);
  });

  it('should shut an address out, and nobody else', async () => {
    const some = Array.from({ length: 130 }, (_, n) => login(`nobody-${n}@example.com`, WRONG, '192.0.2.9'));
    const codes = (await Promise.all(some)).map(({ body }) => body.code);
    expect(codes.filter((code) => code === 'INVALID_CREDENTIALS')).toHaveLength(100);
    expect((await login(OWNER, PASSWORD, '192.0.2.9')).body.code).toBe('LOGIN_LOCKED');
    expect((await login(OWNER, PASSWORD, '192.0.2.10')).status).toBe(200);
  });

  it('should forget an account’s failures at a right password, not the address’s', async () => {
    for (let n = 0; n < 9; n += 1) await login(OWNER, WRONG, '192.0.2.1');
    expect((await login(OWNER, PASSWORD, '192.0.2.1')).status).toBe(200);
    const { rows } = await world.sql.query('SELECT subject, failures FROM login_attempts');
    expect(rows).toEqual([{ subject: 'address:192.0.2.1', failures: 9 }]);
  });

  it('should let in again when the time is over, or an owner gives a new password', async () => {
    for (let n = 0; n < 11; n += 1) await login(OWNER, WRONG, '192.0.2.1');
    await world.sql.query('UPDATE login_attempts SET expires_at = now()');
    const { body } = await login(OWNER, PASSWORD, '192.0.2.1');
    const owner = world.as(String(body.data.accessToken));
    const email = 'locked@example.com';
    const made = await owner.post<Body>('/auth/users', { email, password: PASSWORD, role: 'viewer' });
    for (let n = 0; n < 11; n += 1) await login(email, WRONG, '192.0.2.2');
    expect((await login(email, PASSWORD, '192.0.2.2')).status).toBe(429);
    const password = 'another long password';
    expect((await owner.put(`/auth/users/${String(made.body.data.id)}`, { password })).status).toBe(200);
    expect((await login(email, password, '192.0.2.2')).status).toBe(200);
  });
});
