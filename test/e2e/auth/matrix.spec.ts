import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId, ROLES, type Role } from '../../../src/common/index.js';
import { DEFAULT_WORKSPACE_ID } from '../../../src/database/index.js';
import { declaredRoutes } from '../../support/routes.js';
import {
  leastBody,
  operationsOf,
  pathOf,
  type KnownIds,
  type OpenApi,
  type Operation,
} from '../wrong-input/operations.js';
import { RIGHT_FORM } from '../wrong-input/wrong-files.js';
import { insertThings } from './things.js';
import { MATRIX } from './matrix.js';
import { AccessWorld } from './world.js';

/** Tables that a refused request must leave as they are; a key's last use is none of its doing. */
const TABLES = [
  ...['agents', 'campaigns', 'campaign_agents', 'campaign_counters', 'leads', 'lead_imports', 'calls'],
  ...['suppressions', 'phone_numbers', 'users', 'login_sessions', 'setup_tokens'],
  ...['webhook_subscriptions', 'outbox_events', 'webhook_deliveries'],
];

const world = await AccessWorld.start();
const operations = operationsOf((await (await fetch(`${world.app.url}/api-docs-json`)).json()) as OpenApi);
const keys = new Map<Role, string>();
let own: KnownIds;
let elsewhere: KnownIds;

beforeAll(async () => {
  await world.setUp();
  const owner = await world.owner();
  for (const role of ROLES) keys.set(role, (await world.key(owner, { role })).key);
  own = await insertThings(world.sql, DEFAULT_WORKSPACE_ID);
  const { id } = (await world.row(`INSERT INTO workspaces (id, name) VALUES ($1, 'Another') RETURNING id`, [
    newId(),
  ])) as { id: string };
  elsewhere = await insertThings(world.sql, id);
});
afterAll(() => world.close());

/** What becomes of a request: `+` it was let in, `401`, `403` or `404` it was not, or anything else that is wrong. */
async function outcomeOf(operation: Operation, ids: KnownIds, key?: string): Promise<string> {
  const { method, body, takesFile } = operation;
  const payload = takesFile
    ? RIGHT_FORM
    : { type: 'application/json', body: JSON.stringify(body && leastBody(body, ids)) };
  const hasBody = takesFile || body !== undefined;
  const answer = await fetch(`${world.app.url}${pathOf(operation, ids)}`, {
    method,
    headers: {
      ...(hasBody && { 'Content-Type': payload.type }),
      ...(key !== undefined && { Authorization: `Bearer ${key}` }),
    },
    body: hasBody ? payload.body : undefined,
  });
  const text = await answer.text();
  const code = answer.ok ? '' : (JSON.parse(text) as { code: string }).code;
  if (answer.status >= 500) return String(answer.status);
  if (answer.status === 404) return code === 'ROUTE_NOT_FOUND' ? code : '404';
  return { UNAUTHENTICATED: '401', FORBIDDEN: '403' }[code] ?? '+';
}

/** A change is tried on things of its own: the next role must find its own. */
async function outcomeFor(operation: Operation, role: Role): Promise<string> {
  const isChange = operation.method !== 'GET' && operation.pathNames.length > 0;
  const isLetIn = isChange && expected(operation)[1 + ROLES.indexOf(role)] === '+';
  const ids = isLetIn ? await insertThings(world.sql, DEFAULT_WORKSPACE_ID) : own;
  return outcomeOf(operation, ids, keys.get(role));
}

function expected({ title }: Operation): string[] {
  return MATRIX.get(title) ?? [];
}

async function contents(): Promise<unknown> {
  const sums = TABLES.map((table) =>
    world.row(`SELECT md5(string_agg(t::text, ',' ORDER BY t::text)) AS sum FROM ${table} t`),
  );
  return Promise.all(sums);
}

describe('every route', () => {
  it('should say who may use it, and for which area', () => {
    const routes = declaredRoutes(world.app);
    expect(routes.filter(({ rule }) => rule === undefined)).toEqual([]);
    const isOwners = (title: string) => MATRIX.get(title)?.slice(1, 5).join('') === '403403403+';
    const withoutArea = routes.filter(({ rule }) => !rule?.isPublic && rule?.area === undefined);
    expect(withoutArea.filter(({ title }) => !isOwners(title))).toEqual([]);
  });

  it('should be in the matrix, and in the documentation', () => {
    const declared = declaredRoutes(world.app).map(({ title }) => title);
    expect(declared.sort()).toEqual([...MATRIX.keys()].sort());
    expect(operations.map(({ title }) => title).sort()).toEqual(declared);
  });
});

describe('who may do what', () => {
  it('should change nothing for whoever may not', async () => {
    const before = await contents();
    for (const operation of operations) {
      const [nobody, ...roles] = expected(operation);
      if (nobody === '401')
        expect([operation.title, await outcomeOf(operation, own)]).toEqual([operation.title, '401']);
      for (const role of ROLES.filter((_, index) => roles[index] === '403')) {
        expect([operation.title, role, await outcomeFor(operation, role)]).toEqual([
          operation.title,
          role,
          '403',
        ]);
      }
    }
    expect(await contents()).toEqual(before);
  });

  it.each(operations)('should be as the table says for $title', async (operation) => {
    const isPublic = expected(operation)[0] === '+';
    const outcomes = [await outcomeOf(operation, own)];
    for (const role of ROLES) outcomes.push(isPublic ? '+' : await outcomeFor(operation, role));
    const namesThings = operation.pathNames.length > 0;
    outcomes.push(namesThings ? await outcomeOf(operation, elsewhere, keys.get('owner')) : '-');
    expect(outcomes).toEqual(expected(operation));
  });
});
