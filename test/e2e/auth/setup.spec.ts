import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../../support/build.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { spawnApp, spawnNode } from '../../support/processes.js';
import { createTestRedis, type TestRedis } from '../../support/redis.js';
import { waitFor } from '../../support/wait-for.js';
import { sql } from '../webhooks/hooks-world.js';
import { AccessWorld, OWNER, PASSWORD, SECRET, type Body } from './world.js';

const ADMIN = join(ROOT, 'dist', 'src', 'admin.main.js');
const NOBODY = '127.0.0.1:9';
const TWILIO = {
  TWILIO_ACCOUNT_SID: `AC${'5'.repeat(32)}`,
  TWILIO_AUTH_TOKEN: 'a-token-of-the-tests',
  TWILIO_PHONE_NUMBERS: '+12025550100',
  TWILIO_API_URL: `http://${NOBODY}`,
};

describe('a first start that wants to know who asks', () => {
  let database: TestDatabase;
  let redis: TestRedis;
  let settings: Record<string, string>;
  beforeAll(async () => {
    database = await createTestDatabase();
    redis = await createTestRedis();
    settings = {
      ...TWILIO,
      DATABASE_URL: database.url,
      REDIS_URL: redis.url,
      AUTH_MODE: 'required',
      JWT_SECRET: SECRET,
    };
  });
  afterAll(async () => {
    await redis.close();
    await database.drop();
  });

  const admin = async (args: string[], env = settings) => {
    const child = await spawnNode([ADMIN, ...args], env);
    let printed = '';
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => (printed += text));
    const [status] = (await once(child, 'close')) as [number];
    return { status, printed };
  };

  it('should print a one-time token for one owner, and log logins without secrets', async () => {
    const app = await spawnApp({ env: { ...settings, LOG_LEVEL: 'silly', LOG_FORMAT: 'json' }, role: 'api' });
    const post = async (path: string, body: object) => {
      const headers = { 'Content-Type': 'application/json' };
      const answer = await fetch(`${app.url}/api/v1${path}`, {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
      });
      return { status: answer.status, body: (await answer.json()) as Body };
    };
    const token = await waitFor(() => /"token":"([\w-]{43})"/.exec(app.output())?.[1], {
      message: 'the token',
    });
    expect((await fetch(`${app.url}/api/v1/campaigns`)).status).toBe(401);
    expect((await fetch(`${app.url}/api/v1/health`)).status).toBe(200);
    const owner = { email: OWNER, password: PASSWORD };
    expect((await post('/auth/setup', { ...owner, token: `${token}x` })).body.code).toBe(
      'INVALID_SETUP_TOKEN',
    );
    const answers = await Promise.all(
      [1, 2, 3].map((n) => post('/auth/setup', { ...owner, email: `${n}@example.com`, token })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 401, 401]);
    const email = String(answers.find(({ status }) => status === 201)?.body.data.email);
    const login = await post('/auth/login', { email, password: PASSWORD });
    expect(login.status).toBe(200);
    const { accessToken, refreshToken } = login.body.data as Record<string, string>;
    for (let n = 0; n < 12; n += 1) await post('/auth/login', { email, password: 'a wrong password' });
    await fetch(`${app.url}/api/v1/agents`, { headers: { Authorization: `Bearer ${accessToken}` } });
    await app.kill();
    const lines = app.output().split('\n');
    const failed = /A login of user [0-9a-f-]{36} from 127\.0\.0\.1 failed/;
    expect(lines.filter((line) => failed.test(line))).toHaveLength(10);
    expect(lines.filter((line) => line.includes('is shut out for 15 minutes'))).toHaveLength(1);
    for (const secret of [PASSWORD, 'a wrong password', accessToken, refreshToken, SECRET]) {
      expect(app.output()).not.toContain(secret);
    }
    expect(app.output().split(token)).toHaveLength(2);
  });

  it('should make owners from the command line, in workspaces of their own', async () => {
    const { status, printed } = await admin([
      'create-owner',
      '--email',
      'Root@Example.com',
      '--workspace',
      'Acme',
    ]);
    expect([status, printed]).toEqual([
      0,
      expect.stringMatching(/^root@example.com is an owner now.\nPassword, shown only here: [\w-]{24}\n$/),
    ]);
    const again = await admin(['create-owner', '--email', 'root@example.com', '--workspace', 'Acme']);
    expect([again.status, again.printed]).toEqual([2, 'Somebody has this e-mail address already\n']);
    const told = await sql(
      database.url,
      `SELECT actor_kind, e.after ->> 'email' AS email, w.name AS workspace FROM audit_entries e
         JOIN workspaces w ON w.id = workspace_id WHERE action = 'user.created'`,
    );
    expect(told).toEqual([{ actor_kind: 'system', email: 'root@example.com', workspace: 'Acme' }]);
  });

  it.each([[['make', '--email', OWNER]], [['create-owner', '--email', 'nobody']]])(
    'should refuse the arguments %j in one sentence',
    async (args) => {
      const { status, printed } = await admin(args);
      expect(status).toBe(2);
      expect(printed).toMatch(/create-owner|e-mail address/);
      expect(printed.trim().split('\n')).toHaveLength(1);
    },
  );
});

describe('an open mode', () => {
  it('should make everybody an owner of the default workspace, whatever they show', async () => {
    const world = await AccessWorld.start({ AUTH_MODE: 'open', JWT_SECRET: '' });
    try {
      const { body } = await world.as('whatever this is').get<Body>('/auth/me');
      expect(body.data).toEqual({
        kind: 'open',
        id: null,
        name: 'open mode',
        role: 'owner',
        workspaceId: '00000000-0000-7000-8000-000000000001',
        scopes: null,
      });
      expect((await world.app.post('/agents', { name: 'Made by anybody' })).status).toBe(201);
      const key = await world.app.post<Body>('/auth/api-keys', { name: 'For later', role: 'operator' });
      expect(key.body.data.createdBy).toBe('open mode');
    } finally {
      await world.close();
    }
  });
});
