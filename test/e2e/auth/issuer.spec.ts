import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { exportJWK, exportSPKI, generateKeyPair, SignJWT, type CryptoKey, type JWTPayload } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../../src/common/index.js';
import { AccessWorld, type Body } from './world.js';

const ISSUER = 'https://id.example.com/';
const AUDIENCE = 'campaign-calling';
const ROLE_CLAIM = 'https://example.com/roles';

describe('tokens of an outside issuer', () => {
  let world: AccessWorld;
  let server: Server;
  let keys: { publicKey: CryptoKey; privateKey: CryptoKey };
  let isAway = false;
  beforeAll(async () => {
    keys = await generateKeyPair('RS256', { extractable: true });
    const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'one', alg: 'RS256', use: 'sig' };
    server = createServer((_request, response) => {
      response.writeHead(isAway ? 500 : 200, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify({ keys: [jwk] }));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    world = await AccessWorld.start({
      AUTH_ISSUER: ISSUER,
      AUTH_AUDIENCE: AUDIENCE,
      AUTH_JWKS_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`,
      AUTH_ROLE_CLAIM: ROLE_CLAIM,
      AUTH_WORKSPACE_CLAIM: 'org.id',
    });
  });
  afterAll(async () => {
    server.close();
    await world.close();
  });

  const WORKSPACE = newId();
  const now = () => Math.floor(Date.now() / 1000);
  const claims = (): JWTPayload => ({
    iss: ISSUER,
    aud: AUDIENCE,
    sub: 'auth0|jane',
    email: 'jane@example.com',
    exp: now() + 60,
    org: { id: WORKSPACE },
    [ROLE_CLAIM]: ['viewer', 'manager', 'something else'],
  });
  const token = (
    changes: JWTPayload = {},
    header: Record<string, unknown> = {},
    key: CryptoKey = keys.privateKey,
  ) =>
    new SignJWT({ ...claims(), ...changes })
      .setProtectedHeader({ alg: 'RS256', kid: 'one', ...header })
      .sign(key);
  const ask = async (text: string) => world.as(text).get<Body>('/auth/me');

  it('should be answered 503 while their keys cannot be had', async () => {
    isAway = true;
    const { status, body } = await ask(await token());
    isAway = false;
    expect([status, body.code]).toEqual([503, 'UNAVAILABLE']);
  });

  it('should let in with the strongest role of the claim, in the workspace of the claim', async () => {
    const { status, body } = await ask(await token());
    expect(status).toBe(200);
    expect(body.data).toEqual({
      kind: 'user',
      id: 'auth0|jane',
      name: 'jane@example.com',
      role: 'manager',
      workspaceId: WORKSPACE,
      scopes: null,
    });
    const refused = await world.as(await token()).get<Body>('/auth/users');
    expect([refused.status, refused.body.code]).toEqual([403, 'FORBIDDEN']);
  });

  it.each<[string, JWTPayload, number, string]>([
    ['no role of ours', { [ROLE_CLAIM]: 'admin' }, 403, 'FORBIDDEN'],
    ['a role that is no word', { [ROLE_CLAIM]: { owner: true } }, 403, 'FORBIDDEN'],
    ['no workspace', { org: {} }, 403, 'FORBIDDEN'],
    ['a workspace that is no id', { org: { id: '1 OR 1=1' } }, 403, 'FORBIDDEN'],
    ['another audience', { aud: 'another' }, 401, 'INVALID_TOKEN'],
    ['another issuer', { iss: 'https://evil.example.com/' }, 401, 'INVALID_TOKEN'],
    ['an end in the past', { exp: now() - 60 }, 401, 'TOKEN_EXPIRED'],
    ['no end', { exp: undefined }, 401, 'INVALID_TOKEN'],
    ['a beginning to come', { nbf: now() + 3600 }, 401, 'INVALID_TOKEN'],
    ['nobody', { sub: undefined }, 401, 'INVALID_TOKEN'],
  ])('should be refused with %s', async (_what, changes, status, code) => {
    const answer = await ask(await token(changes));
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  it('should be refused when another key has signed them', async () => {
    const { privateKey } = await generateKeyPair('RS256');
    expect((await ask(await token({}, {}, privateKey))).body.code).toBe('INVALID_TOKEN');
    expect((await ask(await token({}, { kid: 'two' }, privateKey))).body.code).toBe('INVALID_TOKEN');
  });

  it('should be refused as HS256 with the public key for a secret', async () => {
    const jwk = await exportJWK(keys.publicKey);
    const secrets = [await exportSPKI(keys.publicKey), JSON.stringify(jwk), jwk.n ?? ''].map((text) =>
      Buffer.from(text),
    );
    for (const secret of secrets) {
      const forged = await new SignJWT(claims())
        .setProtectedHeader({ alg: 'HS256', kid: 'one' })
        .sign(secret);
      expect((await ask(forged)).body.code).toBe('INVALID_TOKEN');
    }
  });

  it('should be refused as PS256 and as none', async () => {
    const { privateKey } = await generateKeyPair('PS256');
    expect((await ask(await token({}, { alg: 'PS256' }, privateKey))).body.code).toBe('INVALID_TOKEN');
    const [, body = ''] = (await token()).split('.');
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    expect((await ask(`${none}.${body}.`)).body.code).toBe('INVALID_TOKEN');
  });
});
