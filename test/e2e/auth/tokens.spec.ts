import { createHmac, generateKeyPairSync } from 'node:crypto';
import { decodeJwt, SignJWT, type JWTPayload } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AccessWorld, OWNER, PASSWORD, SECRET, type Body, type Tokens } from './world.js';

const KEY = Buffer.from(SECRET);
const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('logins over HTTP', () => {
  let world: AccessWorld;
  beforeAll(async () => {
    world = await AccessWorld.start();
    await world.setUp();
  });
  afterAll(() => world.close());

  const ask = (token: string) => world.as(token).get<Body>('/auth/me');
  const refresh = (refreshToken: string) =>
    world.app.post<{ code?: string; data: Tokens }>('/auth/refresh', { refreshToken });
  const sessionOf = (token: string) =>
    world.row('SELECT * FROM login_sessions WHERE id = $1', [decodeJwt(token).sid]);

  it('should give an access token for a quarter of an hour, and a refresh token kept as a hash', async () => {
    const { status, headers, body } = await world.app.post<{ data: Tokens }>('/auth/login', {
      email: ' Owner@Example.com ',
      password: PASSWORD,
    });
    expect([status, headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(body.data).toMatchObject({ tokenType: 'Bearer', expiresIn: 900 });
    const { accessToken, refreshToken } = body.data;
    const { iat = 0, exp = 0 } = decodeJwt(accessToken);
    expect(exp - iat).toBe(900);
    expect((await ask(accessToken)).body.data).toMatchObject({ kind: 'user', name: OWNER, role: 'owner' });
    const tokens = await world.row(
      'SELECT count(*)::int AS n FROM refresh_tokens WHERE hash = sha256($1::bytea)',
      [refreshToken],
    );
    expect(tokens).toEqual({ n: 1 });
    const user = await world.row('SELECT password_hash, last_login_at FROM users WHERE email = $1', [OWNER]);
    expect(user?.password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(user?.last_login_at).toBeInstanceOf(Date);
  });

  it('should refuse an unknown address and a wrong password in the same words', async () => {
    const answers = [
      await world.app.post<Body>('/auth/login', { email: OWNER, password: 'not the password' }),
      await world.app.post<Body>('/auth/login', { email: 'nobody@example.com', password: PASSWORD }),
    ];
    for (const { status, headers, body } of answers) {
      expect([status, body.code]).toEqual([401, 'INVALID_CREDENTIALS']);
      expect(headers.get('www-authenticate')).toBe('Bearer realm="campaign-calling"');
      expect(body).toEqual(answers[0]!.body);
    }
  });

  it('should say what is missing to whoever sends nothing', async () => {
    const { status, headers, body } = await world.app.get<Body>('/agents');
    expect([status, body.code]).toEqual([401, 'UNAUTHENTICATED']);
    expect(headers.get('www-authenticate')).toBe('Bearer realm="campaign-calling"');
  });

  it('should rotate refresh tokens, and end the login when one comes twice', async () => {
    const first = await world.login();
    const second = (await refresh(first.refreshToken)).body.data;
    expect((await ask(second.accessToken)).status).toBe(200);
    const third = (await refresh(second.refreshToken)).body.data;
    expect((await refresh(first.refreshToken)).body.code).toBe('INVALID_TOKEN');
    expect(await sessionOf(first.accessToken)).toMatchObject({ revoked_for: 'reuse' });
    expect((await refresh(third.refreshToken)).body.code).toBe('INVALID_TOKEN');
    for (const { accessToken } of [first, second, third]) {
      expect((await ask(accessToken)).body.code).toBe('INVALID_TOKEN');
    }
  });

  it('should let one of many that show a refresh token at once, and end the login then', async () => {
    const { refreshToken, accessToken } = await world.login();
    const answers = await Promise.all(Array.from({ length: 8 }, () => refresh(refreshToken)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(await sessionOf(accessToken)).toMatchObject({ revoked_for: 'reuse' });
  });

  it('should end with a logout, and with it the access token', async () => {
    const { accessToken, refreshToken } = await world.login();
    expect((await ask(accessToken)).status).toBe(200);
    expect((await world.app.post('/auth/logout', { refreshToken })).status).toBe(200);
    expect((await ask(accessToken)).body.code).toBe('INVALID_TOKEN');
    expect((await refresh(refreshToken)).body.code).toBe('INVALID_TOKEN');
    expect((await world.app.post('/auth/logout', { refreshToken: 'none-of-ours' })).status).toBe(200);
  });

  it.each(['cr_made-up', '', 'x'.repeat(200)])('should refuse the refresh token %j', async (token) => {
    expect((await refresh(token)).status).toBe(token === '' ? 400 : 401);
  });

  describe('whose tokens are tampered with', () => {
    let payload: JWTPayload;
    let right: string;
    beforeAll(async () => {
      right = (await world.login()).accessToken;
      payload = decodeJwt(right);
    });
    const signed = (claims: JWTPayload, header: Record<string, unknown> = {}, key: Buffer = KEY) => {
      const text = `${encoded({ alg: 'HS256', typ: 'at+jwt', ...header })}.${encoded(claims)}`;
      return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`;
    };

    it('should be taken untampered, as this test signs them', async () => {
      expect((await ask(right)).status).toBe(200);
      expect((await ask(signed(payload))).status).toBe(200);
    });

    it.each<[string, () => string | Promise<string>]>([
      ['another secret', () => signed(payload, {}, Buffer.from('another secret with 32 bytes or more'))],
      ['an empty secret', () => signed(payload, {}, Buffer.alloc(0))],
      ['alg none', () => `${encoded({ alg: 'none', typ: 'at+jwt' })}.${encoded(payload)}.`],
      ['alg none in capitals', () => `${encoded({ alg: 'NONE', typ: 'at+jwt' })}.${encoded(payload)}.`],
      ['alg none and our signature', () => signed(payload, { alg: 'none' })],
      ['no signature', () => right.replace(/[^.]+$/, '')],
      ['a cut signature', () => right.slice(0, -2)],
      [
        'other claims under our signature',
        () => right.replace(/\.[^.]+\./, `.${encoded({ ...payload, sub: 'x' })}.`),
      ],
      ['HS512', () => new SignJWT(payload).setProtectedHeader({ alg: 'HS512', typ: 'at+jwt' }).sign(KEY)],
      [
        'RS256 with a key of its own',
        () => {
          const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
          return new SignJWT(payload).setProtectedHeader({ alg: 'RS256', typ: 'at+jwt' }).sign(privateKey);
        },
      ],
      [
        'a key in its own header',
        () =>
          signed(payload, { jwk: { kty: 'oct', k: KEY.toString('base64url') } }, Buffer.from('x'.repeat(32))),
      ],
      ['another type', () => signed(payload, { typ: 'JWT' })],
      ['another issuer', () => signed({ ...payload, iss: 'somebody' })],
      ['another audience', () => signed({ ...payload, aud: 'somebody' })],
      ['no session', () => signed({ ...payload, sid: undefined })],
      ['a session that is none', () => signed({ ...payload, sid: "1' OR '1'='1" })],
      ['a session of nobody', () => signed({ ...payload, sid: '01930000-0000-7000-8000-000000000000' })],
      ['no end', () => signed({ ...payload, exp: undefined })],
      ['critical extensions', () => signed(payload, { crit: ['b64'], b64: false })],
      ['nothing', () => '..'],
      ['garbage', () => 'a.b.c'],
      ['too many parts', () => `${right}.x`],
    ])('should be refused with %s', async (_what, token) => {
      const { status, headers, body } = await ask(await token());
      expect([status, body.code]).toEqual([401, 'INVALID_TOKEN']);
      expect(headers.get('www-authenticate')).toContain('error="invalid_token"');
    });

    it('should be told apart when they are expired', async () => {
      const past = Math.floor(Date.now() / 1000) - 1;
      expect((await ask(signed({ ...payload, exp: past }))).body.code).toBe('TOKEN_EXPIRED');
      const forged = signed({ ...payload, exp: past }, {}, Buffer.from('x'.repeat(32)));
      expect((await ask(forged)).body.code).toBe('INVALID_TOKEN');
    });
  });
});
