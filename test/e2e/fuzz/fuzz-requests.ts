import fc from 'fast-check';
import { brotliCompressSync, constants, deflateSync, gzipSync } from 'node:zlib';
import { WRONG_IDS, wrongQueriesFor } from '../wrong-input/hostile-values.js';
import { pathOf, type KnownIds, type Operation, type Schema } from '../wrong-input/operations.js';
import type { WrongRequest } from '../wrong-input/send.js';
import { BROKEN_JSON } from '../wrong-input/wrong-bodies.js';
import { RIGHT_FORM, WRONG_FORMS } from '../wrong-input/wrong-files.js';
import { objectTexts } from './json-text.js';
import { withIds } from './meant-texts.js';

type Headers = Record<string, string>;

interface Content {
  body?: string | Buffer;
  headers: Headers;
}

const JSON_TYPE = { 'Content-Type': 'application/json' };
const NOTHING: Content = { headers: {} };
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'];
const MB = 1024 * 1024;
/** Blanks are JSON's own filling, so that a parser has to read to the end. */
const FILLING = Buffer.alloc(64 * MB, ' ');
/** 64 MB in some kilobytes. */
const BOMBS: Record<string, Buffer> = {
  gzip: gzipSync(FILLING),
  deflate: deflateSync(FILLING),
  br: brotliCompressSync(FILLING, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
};

/** Headers that are no reason to do anything, and some that are. */
const STRANGE_HEADERS: Headers[] = [
  { Accept: 'text/html' },
  { Accept: '*/*;q=x,,;;' },
  { 'Accept-Encoding': 'x-none;q=zzz,,;' },
  { 'X-Forwarded-For': '::1, 999.999.999.999, evil' },
  { 'X-Forwarded-Proto': 'javascript', 'X-Forwarded-Host': 'evil.example' },
  { 'X-Request-Id': '<script>' },
  { 'X-HTTP-Method-Override': 'DELETE' },
  { Origin: 'https://evil.example' },
  { Origin: 'null' },
  { Range: 'bytes=0-,0-,0-' },
  { 'If-None-Match': '*', 'If-Modified-Since': 'yesterday' },
  { Cookie: 'a=b; '.repeat(500) },
  { Authorization: `Bearer ${'a.'.repeat(1000)}` },
  { 'Idempotency-Key': 'k'.repeat(5000) },
  { 'X-Bomb': 'x'.repeat(12_000) },
  { 'X-Bomb': 'x'.repeat(20_000) },
  Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`X-Header-${n}`, '1'])),
  { 'Content-Type': 'application/json; charset=utf-16' },
  { 'Content-Type': 'application/vnd.api+json' },
  { 'Content-Type': 'multipart/form-data; boundary=--' },
];

const STRANGE_QUERIES = [
  'surprise=1',
  '__proto__[polluted]=1',
  'constructor[prototype][polluted]=1',
  'toString=1',
  Array.from({ length: 2000 }, (_, n) => `a${n}=1`).join('&'),
  `a${'[b]'.repeat(500)}=1`,
  `page=1${'&page=1'.repeat(500)}`,
  '%',
  '&&&=',
  'q=%F0%9F%98%80',
];

interface Parts {
  query: fc.Arbitrary<string>;
  content: fc.Arbitrary<Content>;
}

const known = new Map<Operation, Parts>();

/** Made once for each operation, since they hold every wrong value of every field. */
function partsOf(operation: Operation): Parts {
  const made = known.get(operation) ?? { query: queries(operation), content: contents(operation) };
  known.set(operation, made);
  return made;
}

/** Any request to an operation, from one it takes to one that nobody should send. */
export function requestsTo(operation: Operation, ids: KnownIds): fc.Arbitrary<WrongRequest> {
  const parts = {
    path: paths(operation, ids),
    ...partsOf(operation),
    strange: fc.oneof({ weight: 12, arbitrary: fc.constant({}) }, fc.constantFrom(...STRANGE_HEADERS)),
    method: fc.oneof({ weight: 40, arbitrary: fc.constant(operation.method) }, fc.constantFrom(...METHODS)),
  };
  return fc.record(parts).map(({ path, query, content, strange, method }) => ({
    what: operation.title,
    method,
    path: path + query,
    headers: { ...content.headers, ...strange },
    ...(content.body !== undefined && { body: idsIn(content.body, ids) }),
  }));
}

function idsIn(body: string | Buffer, ids: KnownIds): string | Buffer {
  return typeof body === 'string' ? withIds(body, ids) : body;
}

function paths(operation: Operation, ids: KnownIds): fc.Arbitrary<string> {
  const given = operation.pathNames.map((name) => [
    name,
    fc.oneof({ weight: 8, arbitrary: fc.constant(undefined) }, fc.constantFrom(...WRONG_IDS), fc.uuid()),
  ]);
  const wrong = fc.record(Object.fromEntries(given) as Record<string, fc.Arbitrary<string | undefined>>);
  return wrong.map((named) =>
    pathOf(operation, ids, Object.fromEntries(Object.entries(named).filter(isGiven))),
  );
}

function isGiven(entry: [string, string | undefined]): entry is [string, string] {
  return entry[1] !== undefined;
}

function queries({ query }: Operation): fc.Arbitrary<string> {
  const named = query.map(({ name, schema }) => parameters(name, schema));
  const strange = fc.constantFrom(...STRANGE_QUERIES);
  const some = named.length > 0 ? fc.subarray(query.map((_, at) => at)) : fc.constant<number[]>([]);
  const right = fc
    .tuple(some, fc.tuple(...named))
    .map(([which, texts]) => which.map((at) => texts[at]).join('&'));
  return fc
    .oneof({ weight: 8, arbitrary: right }, { weight: 1, arbitrary: strange })
    .map((text) => (text === '' ? '' : `?${text}`));
}

function parameters(name: string, schema: Schema): fc.Arbitrary<string> {
  const wrong = wrongQueriesFor(schema).map((text) => `${name}${text.replace('NAME', name)}`);
  return fc.oneof(
    { weight: 6, arbitrary: rightWords(schema).map((text) => `${name}=${encodeURIComponent(text)}`) },
    fc.constantFrom(...wrong),
  );
}

function rightWords(schema: Schema): fc.Arbitrary<string> {
  if (schema.enum) return fc.constantFrom(...schema.enum.map(String));
  if (schema.type === 'boolean') return fc.constantFrom('true', 'false');
  if (schema.type === 'integer')
    return fc.integer({ min: schema.minimum ?? 0, max: schema.maximum ?? 1000 }).map(String);
  if (schema.format === 'uuid') return fc.uuid();
  if (schema.format === 'date-time')
    return fc.date({ noInvalidDate: true }).map((date) => date.toISOString());
  return fc.string({ unit: 'grapheme', minLength: 1, maxLength: Math.min(schema.maxLength ?? 50, 200) });
}

function contents(operation: Operation): fc.Arbitrary<Content> {
  if (operation.takesFile) return fc.oneof({ weight: 4, arbitrary: forms() }, strangeBodies());
  const { body } = operation;
  if (!body) return fc.oneof({ weight: 8, arbitrary: fc.constant(NOTHING) }, strangeBodies());
  const likely = objectTexts(body.properties ?? {}, body.required ?? []);
  return fc.oneof({ weight: 12, arbitrary: likely.chain(sentAs) }, strangeBodies());
}

/** Mostly as it is, sometimes packed. */
function sentAs(text: string): fc.Arbitrary<Content> {
  const packed: Record<string, () => Buffer> = {
    gzip: () => gzipSync(text),
    deflate: () => deflateSync(text),
    br: () => brotliCompressSync(text),
  };
  return fc
    .oneof({ weight: 10, arbitrary: fc.constant('identity') }, fc.constantFrom('gzip', 'deflate', 'br'))
    .map((encoding) => {
      const pack = packed[encoding];
      return pack
        ? { body: pack(), headers: { ...JSON_TYPE, 'Content-Encoding': encoding } }
        : { body: text, headers: JSON_TYPE };
    });
}

function strangeBodies(): fc.Arbitrary<Content> {
  const asJson = (body: string | Buffer): Content => ({ body, headers: JSON_TYPE });
  const bombs = Object.entries(BOMBS).map(([encoding, body]) => ({
    body,
    headers: { ...JSON_TYPE, 'Content-Encoding': encoding },
  }));
  return fc.oneof(
    { weight: 4, arbitrary: fc.json({ maxDepth: 4 }).map(asJson) },
    { weight: 4, arbitrary: fc.constantFrom(...BROKEN_JSON).map(asJson) },
    { weight: 2, arbitrary: fc.uint8Array({ maxLength: 300 }).map((bytes) => asJson(Buffer.from(bytes))) },
    { weight: 1, arbitrary: fc.constantFrom(...bombs) },
    { weight: 1, arbitrary: fc.constant(asJson(`{"name":"${'x'.repeat(2 * MB)}"}`)) },
  );
}

function forms(): fc.Arbitrary<Content> {
  const asForm = ({ type, body }: typeof RIGHT_FORM): Content => ({
    body,
    headers: { 'Content-Type': type },
  });
  const wrong = Object.values(WRONG_FORMS).filter(({ body }) => body.length < MB);
  return fc.oneof(
    { weight: 2, arbitrary: fc.constant(asForm(RIGHT_FORM)) },
    { weight: 3, arbitrary: fc.constantFrom(...wrong).map(asForm) },
    { weight: 3, arbitrary: sheets().map(asForm) },
  );
}

/** Files of any cells under a header that may be one. */
function sheets(): fc.Arbitrary<typeof RIGHT_FORM> {
  const headers = fc.subarray(
    ['phoneNumber', 'name', 'priority', 'metadata', 'timezone', '__proto__', '"', ';'],
    {
      minLength: 1,
    },
  );
  const cells = fc.oneof(
    fc.string({ maxLength: 30 }),
    fc.constantFrom('+12025550142', '{"__proto__":1}', '=1+1', '"', '""', '\t', "'", '{"a":1,"b":2}'),
  );
  const rows = fc.array(fc.array(cells, { maxLength: 9 }), { maxLength: 8 });
  return fc.tuple(headers, rows).map(([header, lines]) => {
    const sheet = [header, ...lines].map((line) => line.join(',')).join('\n');
    return { type: RIGHT_FORM.type, body: Buffer.from(formOf(sheet)) };
  });
}

function formOf(sheet: string): string {
  return RIGHT_FORM.body.toString('utf8').replace(/(?<=\r\n\r\n)[^]*(?=\r\n--)/, () => sheet);
}
