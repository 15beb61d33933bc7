import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, describe, expect, it } from 'vitest';
import { startTestApp } from '../../support/app.js';
import { waitFor } from '../../support/wait-for.js';
import { operationsOf, type OpenApi } from '../wrong-input/operations.js';
import { deedOf, type Deed } from './deeds.js';

/** They take a change's method and change nothing; that they do not is seen here. */
const ASKING = ['POST /api/v1/campaigns/{id}/preflight'];
/** It needs a call in progress: see audit-system.spec.ts. It needs a login: see ../auth/own-password.spec.ts. */
const ELSEWHERE = ['POST /api/v1/calls/{id}/hangup', 'POST /api/v1/auth/password'];
/** What is no part of what the product knows. */
const OWN_TABLES = ['audit_entries', 'idempotency_keys', 'migrations', 'leases', 'login_attempts'];

interface Entry {
  action: string;
  actor_kind: string;
  address: string;
}

// The app tells the routes itself, so it must run before the tests are told. Nothing dials: only requests change anything.
const app = await startTestApp({ ROLE: 'api', WEBHOOKS_ALLOW_PRIVATE: 'true' });
const sql = new pg.Pool({ connectionString: app.database.url, max: 2 });
const openApi = (await (await fetch(`${app.url}/api-docs-json`)).json()) as OpenApi;
const operations = operationsOf(openApi);
const changing = operations.filter(({ method }) => method !== 'GET');

afterAll(async () => {
  await sql.end();
  await app.close();
});

/** A statement that tells a digest of each table; in one, since it is asked some two hundred times. */
async function digestsOfAll(): Promise<string> {
  const { rows: tables } = await sql.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
        AND relname <> ALL($1) ORDER BY 1`,
    [OWN_TABLES],
  );
  const digest = `coalesce(md5(string_agg(t::text, '' ORDER BY t::text)), '') AS digest`;
  return tables.map(({ name }) => `SELECT '${name}' AS name, ${digest} FROM ${name} t`).join(' UNION ALL ');
}

const digests = await digestsOfAll();

/** All rows there are, table by table. */
async function everything(): Promise<Record<string, string>> {
  const { rows } = await sql.query<{ name: string; digest: string }>(digests);
  return Object.fromEntries(rows.map(({ name, digest }) => [name, digest]));
}

/** `everything`, once what other deeds have set going has come to rest. */
async function settled(): Promise<Record<string, string>> {
  let last = {};
  return waitFor(async () => {
    const [before, now] = [last, await everything()];
    last = now;
    return JSON.stringify(before) === JSON.stringify(now) ? now : undefined;
  });
}

async function send(method: string, { path, body }: Deed, requestId: string): Promise<number> {
  const isForm = body instanceof FormData;
  const answer = await fetch(`${app.url}${path}`, {
    method,
    headers: {
      'X-Request-Id': requestId,
      ...(body && !isForm && { 'Content-Type': 'application/json' }),
    },
    body: isForm || !body ? body : JSON.stringify(body),
  });
  await answer.arrayBuffer();
  return answer.status;
}

async function entriesOf(requestId: string): Promise<Entry[]> {
  const { rows } = await sql.query<Entry>(
    'SELECT action, actor_kind, address FROM audit_entries WHERE request_id = $1',
    [requestId],
  );
  return rows;
}

/** As long as nothing can be written into the log. */
async function withBrokenLog<T>(work: () => Promise<T>): Promise<T> {
  await sql.query('ALTER TABLE audit_entries ADD CONSTRAINT ck_broken CHECK (false) NOT VALID');
  try {
    return await work();
  } finally {
    await sql.query('ALTER TABLE audit_entries DROP CONSTRAINT ck_broken');
  }
}

describe('the audit log', () => {
  it.each(changing.filter(({ title }) => !ELSEWHERE.includes(title)))(
    'should tell of $title what it changed, once, or the change is not made',
    async (operation) => {
      const deed = await deedOf(operation, app, sql);
      const requestId = randomUUID();
      const before = await settled();
      if (!ASKING.includes(operation.title)) {
        const refused = await withBrokenLog(() => send(operation.method, deed, randomUUID()));
        expect(refused, 'a change that cannot be written down').toBeGreaterThanOrEqual(400);
        expect(await everything()).toEqual(before);
      }
      const status = await send(operation.method, deed, requestId);
      expect(status, 'a request that should have succeeded').toBeLessThan(300);
      const isChanged = JSON.stringify(await everything()) !== JSON.stringify(before);
      expect(isChanged).toBe(!ASKING.includes(operation.title));
      const entries = await entriesOf(requestId);
      expect(entries).toHaveLength(isChanged ? 1 : 0);
      for (const { action, actor_kind, address } of entries) {
        expect(action).toMatch(/^[a-z_]+\.[a-z_]+$/);
        expect([actor_kind, address]).toEqual(['open', '127.0.0.1']);
      }
    },
  );

  it('should hold no number and no name of a person', async () => {
    const { rows } = await sql.query<{ text: string }>(
      `SELECT concat_ws(' ', before, after, details) AS text FROM audit_entries WHERE entity IN ('lead', 'suppression', 'import')`,
    );
    expect(rows.length).toBeGreaterThan(8);
    const told = rows.map(({ text }) => text).join('\n');
    expect(told).toMatch(/\+12\*+\d\d/);
    expect(told).not.toMatch(/\d{7}/);
    expect(told).not.toMatch(/Ada|Grace/);
  });

  it('should hold no secret', async () => {
    const { rows } = await sql.query<{ text: string }>(
      `SELECT e::text AS text FROM audit_entries e WHERE action ~ '^(auth|user|api_key|webhook)[.]'`,
    );
    expect(rows.length).toBeGreaterThan(15);
    const told = rows.map(({ text }) => text).join('\n');
    expect(told).not.toMatch(/correct horse|argon2|\bck_|whsec_|\bcr_|eyJ|[\w-]{40,}(?<![0-9a-f-]{40,})/);
  });

  it('should know every route that changes something', () => {
    const titles = changing.map(({ title }) => title);
    expect(titles.length).toBeGreaterThanOrEqual(25);
    for (const title of [...ASKING, ...ELSEWHERE]) expect(titles).toContain(title);
  });
});
