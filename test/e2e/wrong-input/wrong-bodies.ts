import { randomObjects, wrongValuesFor } from './hostile-values.js';
import type { Schema } from './operations.js';

/** A JSON text with its name. */
type Named = [what: string, json: string];

const FIVE_MB = 5 * 1024 * 1024;

/** No JSON at all. */
export const BROKEN_JSON = [
  ...[
    '{',
    '[',
    '{"name":',
    '{"name":"x',
    '{"name":"x\\',
    '{"name":"x"}}',
    '{"name":"x"}{"name":"y"}',
    '{"name":"x",}',
  ],
  ...[
    "{'name':'x'}",
    '{name:1}',
    '/* c */{}',
    'NaN',
    'undefined',
    '\0',
    '{"name":"\u0001"}',
    '"\ud800',
    '\ufffe{}',
  ],
  ...['{"a":01}', '{"a":.5}', '{"a":"\\x41"}', '{"a":+1}', '{"a":tru}'],
];
const NO_OBJECTS = ['[]', '[{}]', '[["name","x"]]', '"text"', '""', '5', '0', 'true', 'false', 'null'];
const UNKNOWN_FIELDS = [
  ...[
    'surprise',
    'id',
    'workspaceId',
    '',
    'name ',
    'NAME',
    '__proto__',
    'constructor',
    'prototype',
    'toString',
  ],
  ...['hasOwnProperty', 'valueOf', 'then', 'x'.repeat(FIVE_MB / 20), '\ud800', 'a\0b'],
];

/** JSON bodies that a route with this schema must refuse; `least` is a body that it takes. */
export function wrongBodiesFor(schema: Schema, least: Record<string, unknown>): Named[] {
  const { properties = {}, required = [] } = schema;
  const base = JSON.stringify(least);
  const lists = Object.entries(properties).flatMap(([name, { items }]): Named[] =>
    items
      ? wrongEntries(items).map(([what, list]) => [`${name}.1.${what}`, objectWith(base, name, list)])
      : [],
  );
  const objects = Object.entries(properties).flatMap(([name, field]): Named[] =>
    wrongParts(field).map(([what, part]) => [`${name}.${what}`, objectWith(base, name, part)]),
  );
  return [
    ...wrongFields(base, schema),
    ...lists,
    ...objects,
    ...NO_OBJECTS.map((body): Named => [`body ${body}`, body]),
    ...randomObjects(Object.keys(properties)).map((body): Named => [`random ${body}`, body]),
    ...required.map((name): Named => [`without ${name}`, JSON.stringify({ ...least, [name]: undefined })]),
    ...(required.length > 0 ? ['', '{}'].map((body): Named => [`body "${body}"`, body]) : []),
  ];
}

/** A good entry and a wrong one. An impossible number alone is no wrong request: that entry is left out and reported. */
function wrongEntries(items: Schema): Named[] {
  const { properties = {}, required = [] } = items;
  const good = JSON.stringify(Object.fromEntries(required.map((name) => [name, properties[name]?.example])));
  const isPossible = (what: string) => !what.startsWith('phoneNumber: meaningless');
  return wrongFields(good, items)
    .filter(([what]) => isPossible(what))
    .map(([what, entry]): Named => [what, `[${good},${entry}]`]);
}

/** Of an object with fields of its own; every one of them may be left out. */
function wrongParts(field: Schema): Named[] {
  return field.type === 'object' && Object.keys(field.properties ?? {}).length > 0
    ? wrongFields('{}', field)
    : [];
}

function wrongFields(base: string, { properties = {} }: Schema): Named[] {
  const wrong = Object.entries(properties).flatMap(([name, field]) =>
    [...wrongValuesFor(name, field)].map(([what, json]): Named => [
      `${name}: ${what}`,
      objectWith(base, name, json),
    ]),
  );
  const unknown = UNKNOWN_FIELDS.flatMap((name): Named[] =>
    ['1', '{"polluted":true}'].map((json) => [
      `unknown ${name.slice(0, 30)}: ${json}`,
      objectWith(base, name, json),
    ]),
  );
  return [...wrong, ...unknown];
}

/** The object with one more field; of two equal names the later counts. */
function objectWith(object: string, name: string, json: string): string {
  const inner = object.slice(1, -1);
  return `{${inner}${inner && ','}${JSON.stringify(name)}:${json}}`;
}
