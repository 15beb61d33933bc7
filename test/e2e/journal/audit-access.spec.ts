import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../../src/common/index.js';
import { AccessWorld, OWNER, PASSWORD } from '../auth/world.js';

describe('what the audit log tells of those who log in', () => {
  const elsewhere = newId();
  const theirs = 'somebody.else@example.com';
  let world: AccessWorld;

  beforeAll(async () => {
    world = await AccessWorld.start();
    await world.setUp();
    await world.sql.query('INSERT INTO workspaces (id, name) VALUES ($1, $2)', [elsewhere, 'Elsewhere']);
    await world.sql.query(
      `INSERT INTO users (id, workspace_id, email, role, password_hash)
       SELECT $1, $2, $3, 'owner', password_hash FROM users WHERE email = $4`,
      [newId(), elsewhere, theirs, OWNER],
    );
  });
  afterAll(() => world.close());

  const told = async () => {
    const { rows } = await world.sql.query<{ line: string }>(
      `SELECT concat_ws(' ', action, actor_kind, actor_name, workspace_id = $1) AS line FROM audit_entries ORDER BY id`,
      [elsewhere],
    );
    return rows.map(({ line }) => line);
  };

  it('should be by whom, in their own workspace, and nothing of what was refused or found nothing to do', async () => {
    const { post } = world.app;
    expect((await post('/auth/login', { email: OWNER, password: 'not the password' })).status).toBe(401);
    expect((await post('/auth/refresh', { refreshToken: 'no-such-token' })).status).toBe(401);
    expect((await post('/auth/logout', { refreshToken: 'no-such-token' })).status).toBe(200);
    const { refreshToken } = await world.login(theirs, PASSWORD);
    const again = await post<{ data: { refreshToken: string } }>('/auth/refresh', { refreshToken });
    await post('/auth/logout', { refreshToken: again.body.data.refreshToken });
    await post('/auth/logout', { refreshToken: again.body.data.refreshToken });
    const owner = await world.owner();
    await world.key(owner, { role: 'viewer' });
    expect(await told()).toEqual([
      `auth.setup user ${OWNER} f`,
      `auth.login user ${theirs} t`,
      `auth.refresh user ${theirs} t`,
      `auth.logout user ${theirs} t`,
      `auth.login user ${OWNER} f`,
      `api_key.created user ${OWNER} f`,
    ]);
    const log = await owner.get<{ data: { action: string }[] }>('/audit');
    expect(log.body.data.map(({ action }) => action)).toEqual([
      'api_key.created',
      'auth.login',
      'auth.setup',
    ]);
  });
});
