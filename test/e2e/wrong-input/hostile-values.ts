import fc from 'fast-check';
import type { Schema } from './operations.js';

/** The same values in every run. */
const SEED = 20_251_007;
const RANDOM_VALUES = 4;

/** Nothing on earth has a field that takes one of these. As JSON text, since JSON says more than JavaScript holds. */
const NEVER_VALID = {
  'a NUL character': '"a\\u0000b"',
  'half a surrogate pair': '"a\\ud800b"',
  'surrogates in the wrong order': '"\\udc00\\ud800"',
  'an attack on the prototype': '{"__proto__":{"polluted":true}}',
  'an attack on the constructor': '{"constructor":{"prototype":{"polluted":true}}}',
  'endless nesting': `${'['.repeat(20_000)}${']'.repeat(20_000)}`,
  'endless objects': `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`,
};

/** One value of each JSON type, and its relatives. */
const BY_TYPE: Record<string, Record<string, string>> = {
  string: {
    'a text': '"some text"',
    'an empty text': '""',
    'a number as text': '"5"',
    SQL: `"1' OR '1'='1' --"`,
  },
  integer: { 'a number': '5', 'a negative number': '-5' },
  number: {
    'a fraction': '1.5',
    'a number beyond doubles': '1e999',
    'a huge number': '123456789012345678901234567890',
  },
  boolean: { true: 'true', false: 'false' },
  array: { 'an array': '[]', 'an array of nulls': '[null]' },
  object: { 'an object': '{}', 'an object of operators': '{"$ne":1}' },
};

const WRONG_INSTANTS = [
  'tomorrow',
  '',
  '2030-02-30T10:00:00Z',
  '2030-13-01T00:00:00Z',
  '2030-01-01',
  '2030-01-01T10:00:00',
  '2030-01-01T25:00:00Z',
  '1999-01-01T00:00:00Z',
  '+275760-09-13T00:00:00.001Z',
  '1893456000000',
];

/** Values that have the right type and a wrong meaning. */
const BY_FIELD: Record<string, string[]> = {
  phoneNumber: [
    '',
    ' ',
    'abc',
    '+',
    '+0',
    '+1',
    '12',
    '+999999999999999',
    '+1202555010012345678',
    '1'.repeat(5000),
    '😀',
  ],
  email: ['', ' ', 'nobody', '@example.com', 'a@b', 'a b@example.com', `${'x'.repeat(300)}@example.com`],
  timezone: [
    ...[
      'EST',
      'London',
      'Mars/Olympus',
      '+05:30',
      'GMT+5',
      'Europe',
      'Europe/London ',
      '../UTC',
      'constructor',
    ],
    'a/'.repeat(3000),
  ],
  callingWindow: ['always', '{}', 'lead'],
  rulePack: ['US-TCPA', 'us', ''],
  defaultCountry: ['', 'ZZ', 'INDIA', '91', 'I', 'in-IN'],
  scheduledAt: WRONG_INSTANTS,
  endAt: WRONG_INSTANTS,
  until: WRONG_INSTANTS,
  cron: [
    '',
    'daily',
    '@daily',
    '0 9 * *',
    '0 0 9 * * 1',
    '60 9 * * *',
    '* * * * *',
    'H 9 * * *',
    '0 0 30 2 *',
    '0 9 L * ?',
  ],
  metadata: ['not json', '[1]', '5', 'null', '{"a":', '{"a":"\\u0000"}'],
};

/** Named wrong values for a field of this schema, as JSON text. */
export function wrongValuesFor(name: string, schema: Schema): Map<string, string> {
  const wrong = new Map(Object.entries(NEVER_VALID));
  for (const [type, values] of Object.entries(BY_TYPE)) {
    if (type === schema.type || (type === 'integer' && schema.type === 'number')) continue;
    // A string of JSON is taken for metadata too; what is no JSON is among BY_FIELD.
    if (name === 'metadata' && type === 'string') continue;
    for (const [what, json] of Object.entries(values)) wrong.set(what, json);
  }
  if (schema.type === 'object') wrong.delete('an object');
  if (!schema.nullable) wrong.set('null', 'null');
  for (const json of outOfBounds(schema)) wrong.set(json.slice(0, 60), json);
  for (const json of meaningless(name)) wrong.set(`meaningless ${json.slice(0, 60)}`, json);
  for (const value of randomValues(schema)) wrong.set(`random ${value.slice(0, 60)}`, value);
  return wrong;
}

function outOfBounds({
  type,
  minLength,
  maxLength,
  minimum,
  maximum,
  maxItems,
  minItems,
  ...rest
}: Schema): string[] {
  const wrong: string[] = [];
  if (minLength) wrong.push('""', '"  \\t "');
  if (maxLength !== undefined) wrong.push(JSON.stringify('x'.repeat(maxLength + 1)));
  if (minimum !== undefined) wrong.push(String(minimum - 1), '-1e999', String(Number.MIN_SAFE_INTEGER));
  if (maximum !== undefined) wrong.push(String(maximum + 1), String(Number.MAX_SAFE_INTEGER), '2147483648');
  if (minItems) wrong.push('[]');
  if (maxItems !== undefined) wrong.push(`[${'{},'.repeat(maxItems)}{}]`);
  if (type === 'integer') wrong.push('0.5', '1e-7', '5.000001');
  if (rest.enum)
    wrong.push('"no_such_value"', '""', ...upperCased(rest.enum).map((value) => JSON.stringify(value)));
  if (rest.format === 'uuid') wrong.push('"x"', '""', '"00000000-0000-0000-0000-00000000000g"');
  return wrong;
}

function upperCased(values: unknown[]): string[] {
  const upper = String(values[0]).toUpperCase();
  return values.includes(upper) ? [] : [upper];
}

function meaningless(name: string): string[] {
  return (BY_FIELD[name] ?? []).map((text) => JSON.stringify(text));
}

/** Any JSON, but not of the right type. */
function randomValues({ type, nullable }: Schema): string[] {
  const isWrong = (value: unknown) => {
    if (value === null) return !nullable;
    if (Array.isArray(value)) return type !== 'array';
    return (
      typeof value !== (type === 'integer' ? 'number' : type) &&
      !(type === 'object' && typeof value === 'string')
    );
  };
  const wrong = fc.jsonValue({ maxDepth: 3 }).filter(isWrong);
  return fc.sample(wrong, { seed: SEED, numRuns: RANDOM_VALUES }).map((value) => JSON.stringify(value));
}

/** Objects of unknown fields, some with known names in the wrong place. */
export function randomObjects(known: string[]): string[] {
  const key = fc.string({ minLength: 1, maxLength: 12 }).filter((name) => !known.includes(name));
  const objects = fc.dictionary(key, fc.jsonValue({ maxDepth: 2 }), { minKeys: 1, maxKeys: 4 });
  return fc.sample(objects, { seed: SEED, numRuns: RANDOM_VALUES }).map((value) => JSON.stringify(value));
}

/** What a query parameter of this schema cannot be, as it stands in the URL after `name`. */
export function wrongQueriesFor(schema: Schema): string[] {
  const always = [
    '=',
    '=%00',
    '=1%00',
    '[]=1',
    '[a]=1',
    '[__proto__]=1',
    '=a&NAME=b',
    `=${'9'.repeat(8000)}`,
  ];
  if (schema.type === 'integer') {
    return [
      ...always,
      ...[0, -1].filter((n) => schema.minimum !== undefined && n < schema.minimum).map((n) => `=${n}`),
      '=%ED%A0%80',
      '=x',
      '=1.5',
      '=1e3',
      '=0x10',
      '=+1',
      '=%201',
      '=NaN',
      '=Infinity',
      '=null',
      '=true',
      '=99999999999999999999',
      '=1%20OR%201=1',
      ...(schema.maximum ? [`=${schema.maximum + 1}`] : []),
    ];
  }
  if (schema.type === 'boolean')
    return [...always, '=%ED%A0%80', '=yes', '=1', '=0', '=TRUE', '=null', '=truefalse'];
  // Any text may be looked for, but none that is empty or endless.
  const isFree = schema.enum === undefined && schema.format === undefined;
  if (isFree) return [...always, '=%20', '=%09', `=${'x'.repeat((schema.maxLength ?? 0) + 1)}`];
  return [...always, '=%ED%A0%80', '=nothing', '=null', '=ACTIVE%20', '=%27%3B--', '=draft,active'];
}

/** Path segments that name nothing, as they stand in the URL. */
export const WRONG_IDS = [
  'x',
  '0',
  '-1',
  'null',
  'undefined',
  '__proto__',
  'constructor',
  'toString',
  '%00',
  '%20',
  '..%2F..%2Fetc%2Fpasswd',
  '%2e%2e',
  '%F0%9F%98%80',
  '1%27%20OR%20%271%27%3D%271',
  '00000000-0000-0000-0000-000000000000',
  '01930000-0000-7000-8000-000000000000',
  '01930000-0000-7000-8000-00000000000g',
  '01930000-0000-7000-8000-000000000000%20',
  '%7B01930000-0000-7000-8000-000000000000%7D',
  '01930000000070008000000000000000',
  'cmggzkcrc0000sbanzqb7a2hc',
  'a'.repeat(4000),
  '%',
  '%E0%A4%A',
  '%FF',
  '%C0%AF',
  '%ED%A0%80',
  '*',
  ';',
  '1e999',
];
