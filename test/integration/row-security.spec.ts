import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId, runInScope } from '../../src/common/index.js';
import { Database, DEFAULT_WORKSPACE_ID } from '../../src/database/index.js';
import { insertCampaign, insertCampaignLead } from '../factories/campaign.factory.js';
import { startTestApp, type TestApp } from '../support/app.js';

/** What a request may not be: any of these sees all rows. */
const ROLES = `SELECT rolname, rolsuper, rolbypassrls,
    (SELECT count(*)::int FROM pg_class c WHERE c.relowner = r.oid) AS owns,
    pg_has_role(rolname, 'campaign_system', 'MEMBER') AS "isSystem"
  FROM pg_roles r WHERE rolname IN ('campaign_api', 'campaign_system') ORDER BY rolname`;

/** Tables with rows of workspaces, and what they lack of row security. */
const TABLES = `SELECT c.relname AS name, c.relrowsecurity AS "isEnabled", c.relforcerowsecurity AS "isForced",
    ARRAY(SELECT p.policyname || ' ' || p.roles::text || ' ' || p.cmd FROM pg_policies p
      WHERE p.schemaname = 'public' AND p.tablename = c.relname ORDER BY 1)::text[] AS policies
  FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND (c.relname = 'workspaces'
    OR EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'workspace_id' AND NOT a.attisdropped))
  ORDER BY 1`;

describe('row-level security', () => {
  const other = newId();
  let app: TestApp;
  let owner: pg.Client;
  let database: Database;
  let campaign: string;
  let lead: string;

  beforeAll(async () => {
    app = await startTestApp({ ROLE: 'api', DATABASE_POOL_SIZE: '2' });
    owner = new pg.Client({ connectionString: app.database.url });
    await owner.connect();
    database = app.app.get(Database, { strict: false });
    await owner.query('INSERT INTO workspaces (id, name) VALUES ($1, $2)', [other, 'Other']);
    campaign = await insertCampaign(owner);
    lead = await insertCampaignLead(owner, campaign, { name: 'Jane Doe' });
  });
  afterAll(async () => {
    await owner.end();
    await app.close();
  });

  /** As a request of that workspace does it. */
  const as = <T>(workspaceId: string, work: () => Promise<T>): Promise<T> =>
    runInScope({ requestId: 'test', workspaceId }, work);
  const count = async (table: string) => {
    const [row] = await database.query<{ count: number }>(`SELECT count(*)::int AS count FROM ${table}`);
    return row?.count;
  };
  const named = async () => {
    const sql = `SELECT current_setting('app.workspace_id', true) AS named, current_user AS role`;
    return (await database.query<{ named: string | null; role: string }>(sql))[0];
  };

  it('should be forced on every table with rows of workspaces', async () => {
    const { rows } = await owner.query<{ name: string }>(TABLES);
    expect(rows.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['call_events', 'leads', 'workspaces']),
    );
    const policies = ['all_workspaces {campaign_system} ALL', 'own_workspace {campaign_api} ALL'];
    expect(rows).toEqual(rows.map(({ name }) => ({ name, isEnabled: true, isForced: true, policies })));
  });

  it('should hold for roles that own nothing and bypass nothing', async () => {
    const { rows } = await owner.query(ROLES);
    const nothing = { rolsuper: false, rolbypassrls: false, owns: 0 };
    expect(rows).toEqual([
      { rolname: 'campaign_api', ...nothing, isSystem: false },
      { rolname: 'campaign_system', ...nothing, isSystem: true },
    ]);
  });

  it('should show a request no row of another workspace, whatever its statement says', async () => {
    for (const table of ['campaigns', 'leads', 'leads_of_workspace', 'workspaces']) {
      const seen = [await as(DEFAULT_WORKSPACE_ID, () => count(table)), await as(other, () => count(table))];
      expect([table, ...seen]).toEqual([table, 1, table === 'workspaces' ? 1 : 0]);
    }
    expect(await as(other, () => database.query('SELECT id FROM workspaces'))).toEqual([{ id: other }]);
  });

  it('should let it change and delete none', async () => {
    const statements = [`UPDATE leads SET name = 'Mine'`, 'DELETE FROM leads', 'DELETE FROM campaigns'];
    for (const sql of statements) expect((await as(other, () => database.run(sql))).affected).toBe(0);
    const { rows } = await owner.query('SELECT name FROM leads WHERE id = $1', [lead]);
    expect(rows).toEqual([{ name: 'Jane Doe' }]);
  });

  it('should let it add none, nor give its own away', async () => {
    const add = `INSERT INTO agents (id, workspace_id, name) VALUES ($1, $2, 'Agent')`;
    const refused = 'row-level security';
    await expect(as(other, () => database.run(add, [newId(), DEFAULT_WORKSPACE_ID]))).rejects.toThrow(
      refused,
    );
    const lost = `INSERT INTO leads (id, workspace_id, campaign_id, phone_number) VALUES ($1, $2, $3, '+12025550177')`;
    await expect(as(other, () => database.run(lost, [newId(), other, campaign]))).rejects.toThrow(
      'no campaign',
    );
    await as(other, () => database.run(add, [newId(), other]));
    const give = as(other, () => database.run('UPDATE agents SET workspace_id = $1', [DEFAULT_WORKSPACE_ID]));
    await expect(give).rejects.toThrow(refused);
  });

  it('should show nothing to a connection that names no workspace', async () => {
    const options = '-c role=campaign_api';
    const nameless = new pg.Client({ connectionString: app.database.url, options });
    await nameless.connect();
    try {
      expect((await nameless.query('SELECT id FROM campaigns')).rows).toEqual([]);
      expect((await nameless.query('SELECT id FROM leads_of_workspace')).rows).toEqual([]);
    } finally {
      await nameless.end();
    }
  });

  it('should show the system every row, by connections that requests cannot have', async () => {
    expect(await count('campaigns')).toBe(1);
    expect(await named()).toMatchObject({ role: 'campaign_system' });
    expect(await as(other, () => named())).toEqual({ role: 'campaign_api', named: other });
    await expect(as(other, () => database.repeated('SELECT 1'))).rejects.toThrow('A request has asked');
    await expect(as(other, () => database.pipelined(() => Promise.resolve()))).rejects.toThrow(
      'A request has asked',
    );
  });

  it('should name the right workspace on each connection, whoever had it before and however it came back', async () => {
    const workspaces = [DEFAULT_WORKSPACE_ID, other];
    const work = Array.from({ length: 60 }, (_, i) => {
      const id = workspaces[i % 2] ?? other;
      return as(id, async () => {
        if (i % 3 === 0) {
          const failing = database.transaction(async (tx) => {
            await database.query('SELECT 1/0', [], tx);
          });
          await expect(failing).rejects.toThrow('division by zero');
        }
        return database.transaction(async (tx) => {
          const rows = await database.query<{ id: string }>('SELECT id FROM workspaces', [], tx);
          return [id, rows.map((row) => row.id)];
        });
      });
    });
    for (const [id, seen] of await Promise.all(work)) expect(seen).toEqual([id]);
  });

  it('should never lend a connection that came back amid a transaction', async () => {
    const backends = new Set<number>();
    const backend = async () => {
      const [row] = await database.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      return row?.pid ?? 0;
    };
    await as(other, async () => {
      for (let taken = 0; taken < 4; taken += 1) {
        // A statement of its own that begins what nobody ends.
        await database.query('BEGIN');
        const pid = await backend().catch(() => backend());
        expect(backends.has(pid)).toBe(false);
        backends.add(pid);
        expect(await named()).toEqual({ role: 'campaign_api', named: other });
      }
    });
  });
});
