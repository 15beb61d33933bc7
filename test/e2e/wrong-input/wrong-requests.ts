import { WRONG_IDS, wrongQueriesFor } from './hostile-values.js';
import { leastBody, pathOf, type KnownIds, type Operation } from './operations.js';
import type { WrongRequest } from './send.js';
import { BROKEN_JSON, wrongBodiesFor } from './wrong-bodies.js';
import { WRONG_FORMS } from './wrong-files.js';

const JSON_TYPE = { 'Content-Type': 'application/json' };
const FIVE_MB = 5 * 1024 * 1024;

const WRONG_TYPES = [
  'text/plain',
  'application/xml',
  'application/x-www-form-urlencoded',
  'application/jsonx',
  'application/json; charset=x-none',
  'nonsense',
  ';',
];

/** Every wrong request we know for a route: ids, queries, bodies, types, sizes. */
export function wrongRequestsFor(operation: Operation, ids: KnownIds): WrongRequest[] {
  const requests = [
    ...wrongIds(operation, ids),
    ...wrongQueries(operation, ids),
    ...(operation.path.startsWith('/api/')
      ? [...wrongTypes(operation, ids), ...brokenBodies(operation, ids)]
      : []),
    ...wrongBodies(operation, ids),
    ...wrongForms(operation, ids),
  ];
  return requests.map((request) => ({ ...request, method: operation.method }));
}

type Wrong = Omit<WrongRequest, 'method'>;

function wrongIds(operation: Operation, ids: KnownIds): Wrong[] {
  const body = operation.body && JSON.stringify(leastBody(operation.body, ids));
  return operation.pathNames.flatMap((name) =>
    WRONG_IDS.map((id) => ({
      what: `${name} = ${id.slice(0, 60)}`,
      path: pathOf(operation, ids, { [name]: id }),
      ...(body && { body, headers: JSON_TYPE }),
    })),
  );
}

function wrongQueries(operation: Operation, ids: KnownIds): Wrong[] {
  const { query } = operation;
  if (query.length === 0) return [];
  const path = pathOf(operation, ids);
  const unknown = [
    'nothing=1',
    '__proto__=1',
    '__proto__[polluted]=1',
    '$where=1',
    `${'q'.repeat(10_000)}=1`,
    '%00=1',
    '%ED%A0%80=1',
  ];
  const wrong = query.flatMap(({ name, schema }) =>
    wrongQueriesFor(schema).map((text) => `${name}${text.replace('NAME', name)}`),
  );
  return [...wrong, ...unknown].map((text) => ({ what: `?${text.slice(0, 60)}`, path: `${path}?${text}` }));
}

function wrongTypes(operation: Operation, ids: KnownIds): Wrong[] {
  const path = pathOf(operation, ids);
  const types = operation.takesFile
    ? [...WRONG_TYPES, 'application/json']
    : [...WRONG_TYPES, 'multipart/form-data; boundary=x'];
  const body = '{"name":"x"}';
  return [
    ...types.map((type) => ({ what: `content type ${type}`, path, body, headers: { 'Content-Type': type } })),
    { what: 'no content type', path, body },
    { what: 'an unknown encoding', path, body, headers: { ...JSON_TYPE, 'Content-Encoding': 'x-none' } },
  ];
}

/** What is no JSON is refused even by routes that take no body. */
function brokenBodies(operation: Operation, ids: KnownIds): Wrong[] {
  if (operation.takesFile) return [];
  const path = pathOf(operation, ids);
  const tooLarge = JSON.stringify({ name: 'x'.repeat(FIVE_MB) });
  return [
    ...BROKEN_JSON.map((body) => ({
      what: `broken ${JSON.stringify(body)}`,
      path,
      body,
      headers: JSON_TYPE,
    })),
    { what: '5 MB', path, body: tooLarge, headers: JSON_TYPE },
    {
      what: 'a broken archive',
      path,
      body: 'no gzip',
      headers: { ...JSON_TYPE, 'Content-Encoding': 'gzip' },
    },
    { what: 'UTF-16', path, body: Buffer.from('{"name":"x"}', 'utf16le'), headers: JSON_TYPE },
  ];
}

function wrongBodies(operation: Operation, ids: KnownIds): Wrong[] {
  const { body: schema } = operation;
  if (!schema) return [];
  const path = pathOf(operation, ids);
  return wrongBodiesFor(schema, leastBody(schema, ids)).map(([what, body]) => ({
    what,
    path,
    body,
    headers: JSON_TYPE,
  }));
}

function wrongForms(operation: Operation, ids: KnownIds): Wrong[] {
  if (!operation.takesFile) return [];
  const path = pathOf(operation, ids);
  return Object.entries(WRONG_FORMS).map(([what, { type, body }]) => ({
    what,
    path,
    body,
    headers: { 'Content-Type': type },
  }));
}
