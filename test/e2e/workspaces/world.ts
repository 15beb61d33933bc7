import pg from 'pg';
import { newId } from '../../../src/common/index.js';
import { DEFAULT_WORKSPACE_ID } from '../../../src/database/index.js';
import { callersOf, startTestApp, type TestApp, type TestSettings } from '../../support/app.js';
import { WORKSPACE_HEADER } from '../../support/workspaces.js';

interface Created {
  data: { id: string };
}

type Callers = ReturnType<typeof callersOf>;

/** One app, and two workspaces that ask it. */
export interface TwoWorkspaces {
  app: TestApp;
  /** As the owner of the tables, who sees both. */
  sql: pg.Client;
  /** The default workspace. */
  ours: Callers;
  theirs: Callers;
  /** The second workspace's id. */
  theirId: string;
  /** Headers that make a request theirs. */
  theirHeader: Record<string, string>;
  close(): Promise<void>;
}

export async function startTwoWorkspaces(settings: TestSettings = {}): Promise<TwoWorkspaces> {
  const app = await startTestApp(settings, {}, { byHeader: true });
  const sql = new pg.Client({ connectionString: app.database.url });
  await sql.connect();
  const theirId = newId();
  await sql.query('INSERT INTO workspaces (id, name) VALUES ($1, $2)', [theirId, 'Theirs']);
  const base = `${app.url}/api/v1`;
  const theirHeader = { [WORKSPACE_HEADER]: theirId };
  return {
    ...{ app, sql, theirId, theirHeader },
    ours: callersOf(base, { [WORKSPACE_HEADER]: DEFAULT_WORKSPACE_ID }),
    theirs: callersOf(base, theirHeader),
    close: async () => {
      await sql.end();
      await app.close();
    },
  };
}

/** Creates something and answers its id. */
export async function create(as: Callers, path: string, body: object): Promise<string> {
  const answer = await as.post<Created>(path, body);
  if (answer.status !== 201) throw new Error(`POST ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body.data.id;
}

/** Uploads a CSV of leads; answers its import's id. */
export async function upload(
  base: string,
  campaignId: string,
  csv: string,
  headers: Record<string, string>,
): Promise<{ status: number; importId: string }> {
  const form = new FormData();
  form.append('file', new Blob([csv]), 'leads.csv');
  const url = `${base}/api/v1/campaigns/${campaignId}/leads/upload`;
  const answer = await fetch(url, { method: 'POST', body: form, headers });
  const { data } = (await answer.json()) as { data: { importId: string } };
  return { status: answer.status, importId: data.importId };
}

/** Every row of a workspace, as text, by table. */
export async function rowsOf(sql: pg.Client, workspaceId: string): Promise<Record<string, string[]>> {
  const dump: Record<string, string[]> = {};
  for (const table of await tablesWith(sql, 'workspace_id')) {
    const { rows } = await sql.query<{ row: string }>(
      `SELECT t::text AS row FROM ${table} t WHERE workspace_id = $1 ORDER BY 1`,
      [workspaceId],
    );
    if (rows.length > 0) dump[table] = rows.map(({ row }) => row);
  }
  return dump;
}

export async function tablesWith(sql: pg.Client, column: string): Promise<string[]> {
  const { rows } = await sql.query<{ name: string }>(
    `SELECT a.attrelid::regclass::text AS name FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attname = $1 AND NOT a.attisdropped ORDER BY 1`,
    [column],
  );
  return rows.map(({ name }) => name);
}

export async function tablesOf(sql: pg.Client): Promise<string[]> {
  const { rows } = await sql.query<{ name: string }>(
    `SELECT c.oid::regclass::text AS name FROM pg_class c
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
}
