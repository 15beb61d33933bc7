import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SetupService } from '../../../src/auth/index.js';
import { DEFAULT_WORKSPACE_ID } from '../../../src/database/index.js';
import { AccessWorld, PASSWORD, type Body, type Callers } from './world.js';

const ELSEWHERE = 'the password of elsewhere';
const WRONG = 'a wrong password';

describe('an e-mail address that users of two workspaces have', () => {
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

  /** Somebody here, and with the same address an owner elsewhere. */
  const twice = async (here = PASSWORD, elsewhere = ELSEWHERE) => {
    const email = `twice-${(made += 1)}@example.com`;
    const setup = world.app.app.get(SetupService);
    const { workspaceId } = await setup.createOwner({ email, password: elsewhere }, `Workspace ${made}`);
    const body = { email, password: here, role: 'viewer' };
    const answer = await owner.post<Body>('/auth/users', body);
    expect([answer.status, answer.body.code]).toEqual([201, undefined]);
    return { email, workspaceId, id: String(answer.body.data.id) };
  };
  const login = (email: string, password: string, workspaceId?: string) =>
    world.app.post<Body>('/auth/login', { email, password, workspaceId });
  /** The workspace that a login leads to; its refusal. */
  const ledTo = async (...asked: Parameters<typeof login>) => {
    const { body } = await login(...asked);
    if (!body.success) return body.code;
    const me = await world.as(String(body.data.accessToken)).get<Body>('/auth/me');
    return me.body.data.workspaceId;
  };
  const codesOf = async (times: number, ...asked: Parameters<typeof login>) => {
    const codes: unknown[] = [];
    for (let n = 0; n < times; n += 1) codes.push((await login(...asked)).body.code);
    return codes;
  };

  it('should be taken only in its own workspace', async () => {
    const { email } = await twice();
    const again = await owner.post<Body>('/auth/users', { email, password: PASSWORD, role: 'viewer' });
    expect([again.status, again.body.code]).toEqual([400, 'EMAIL_TAKEN']);
    expect(await world.row('SELECT count(*)::int AS n FROM users WHERE email = $1', [email])).toEqual({
      n: 2,
    });
  });

  it('should lead to the workspace whose password it is, named or not', async () => {
    const { email, workspaceId } = await twice();
    expect(await ledTo(email, PASSWORD)).toBe(DEFAULT_WORKSPACE_ID);
    expect(await ledTo(email, ELSEWHERE)).toBe(workspaceId);
    expect(await ledTo(email, ELSEWHERE, workspaceId)).toBe(workspaceId);
    expect(await ledTo(email, ELSEWHERE, DEFAULT_WORKSPACE_ID)).toBe('INVALID_CREDENTIALS');
    expect(await ledTo(email, WRONG)).toBe('INVALID_CREDENTIALS');
  });

  it('should be asked for the workspace where both have the password', async () => {
    const { email, workspaceId, id } = await twice(PASSWORD, PASSWORD);
    const { status, body } = await login(email, PASSWORD);
    expect([status, body.code]).toEqual([400, 'WORKSPACE_REQUIRED']);
    expect(body.details).toContain(`${workspaceId} (Workspace ${made})`);
    expect(body.details).toContain(DEFAULT_WORKSPACE_ID);
    expect(await ledTo(email, PASSWORD, workspaceId)).toBe(workspaceId);
    expect(await ledTo(email, PASSWORD, DEFAULT_WORKSPACE_ID)).toBe(DEFAULT_WORKSPACE_ID);
    await owner.put(`/auth/users/${id}`, { isActive: false });
    expect(await ledTo(email, PASSWORD)).toBe(workspaceId);
    expect(await ledTo(email, PASSWORD, DEFAULT_WORKSPACE_ID)).toBe('INVALID_CREDENTIALS');
  });

  it('should be locked whatever the one who has it elsewhere does to go on guessing', async () => {
    const { email, workspaceId, id } = await twice();
    expect(await codesOf(8, email, WRONG)).toEqual(Array(8).fill('INVALID_CREDENTIALS'));
    // Their own password: forgets nothing, and where no workspace is named it was a guess too.
    expect(await ledTo(email, PASSWORD, DEFAULT_WORKSPACE_ID)).toBe(DEFAULT_WORKSPACE_ID);
    expect(await ledTo(email, PASSWORD)).toBe(DEFAULT_WORKSPACE_ID);
    expect(await codesOf(2, email, WRONG, workspaceId)).toEqual(['INVALID_CREDENTIALS', 'LOGIN_LOCKED']);
    await owner.put(`/auth/users/${id}`, { password: 'a password of today' });
    expect(await codesOf(1, email, ELSEWHERE, workspaceId)).toEqual(['LOGIN_LOCKED']);
  });
});
