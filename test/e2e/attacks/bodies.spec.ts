import { brotliCompressSync, constants, crc32, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../support/app.js';

const MB = 1024 * 1024;
const JSON_TYPE = { 'Content-Type': 'application/json' };
/** However large what is packed: it is refused by its size unpacked, long before that is read. Milliseconds. */
const REFUSED_WITHIN_MS = 3000;

interface Refusal {
  success: boolean;
  code: string;
  details: string;
  data: { uploaded: number; errors: { error: string; row: Record<string, string> }[] };
}

let app: TestApp;
let campaignPath: string;

beforeAll(async () => {
  app = await startTestApp({ ROLE: 'api', UPLOAD_MAX_MB: '2' });
  const campaign = await app.post<{ data: { id: string } }>('/campaigns', { name: 'Attacked' });
  campaignPath = `/campaigns/${campaign.body.data.id}`;
});
afterAll(() => app.close());

async function post(path: string, body: FormData | Buffer, headers: Record<string, string> = {}) {
  const answer = await fetch(`${app.url}/api/v1${path}`, { method: 'POST', body, headers });
  return { status: answer.status, body: (await answer.json()) as Refusal };
}

function upload(content: string | Uint8Array<ArrayBuffer>, name = 'leads.csv') {
  const form = new FormData();
  form.append('file', new Blob([content]), name);
  return post(`${campaignPath}/leads/upload`, form);
}

/** A zip archive with one entry, as a spreadsheet is: good enough for every reader. */
function zipOf(name: string, content: Buffer): Buffer {
  const packed = deflateRawSync(content);
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0);
  common.writeUInt16LE(8, 4);
  common.writeUInt32LE(crc32(content), 10);
  common.writeUInt32LE(packed.length, 14);
  common.writeUInt32LE(content.length, 18);
  common.writeUInt16LE(name.length, 22);
  const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name), packed]);
  const central = Buffer.concat([
    Buffer.from('PK\x01\x02\x14\0'),
    common,
    Buffer.alloc(14),
    Buffer.from(name),
  ]);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06');
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, central, end]);
}

describe('a decompression bomb', () => {
  const filling = Buffer.alloc(256 * MB, ' ');
  const BOMBS: [string, Buffer][] = [
    ['gzip', gzipSync(filling, { level: 1 })],
    ['deflate', deflateSync(filling, { level: 1 })],
    ['br', brotliCompressSync(filling, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } })],
  ];

  it.each(BOMBS)('should be refused as JSON in %s, by every route', async (encoding, bomb) => {
    expect(bomb.length).toBeLessThan(2 * MB);
    for (const path of ['/agents', `${campaignPath}/leads/bulk`]) {
      const began = performance.now();
      const answer = await post(path, bomb, { ...JSON_TYPE, 'Content-Encoding': encoding });
      expect([path, answer.status, answer.body.code]).toEqual([path, 413, 'BODY_TOO_LARGE']);
      expect(performance.now() - began).toBeLessThan(REFUSED_WITHIN_MS);
    }
  });

  it('should be refused where it is packed twice, and as an upload', async () => {
    const twice = gzipSync(BOMBS[0]![1]);
    const nested = await post('/agents', twice, { ...JSON_TYPE, 'Content-Encoding': 'gzip, gzip' });
    expect([nested.status, nested.body.code]).toEqual([415, 'WRONG_CONTENT_TYPE']);
    const packed = await post(`${campaignPath}/leads/upload`, gzipSync('--x'), {
      'Content-Type': 'multipart/form-data; boundary=x',
      'Content-Encoding': 'gzip',
    });
    expect([packed.status, packed.body.code]).toEqual([415, 'WRONG_CONTENT_TYPE']);
  });

  it('should not be opened where it calls itself a sheet', async () => {
    const sheet = zipOf('xl/worksheets/sheet1.xml', Buffer.alloc(64 * MB));
    for (const [name, content] of [
      ['leads.csv', sheet],
      ['leads.xlsx', sheet],
      ['leads.csv', gzipSync(Buffer.alloc(MB))],
    ] as const) {
      const { status, body } = await upload(new Uint8Array(content), name);
      expect([name, status, ['FILE_NOT_TEXT', 'FILE_NOT_UTF8'].includes(body.code)]).toEqual([
        name,
        400,
        true,
      ]);
    }
  });
});

describe('a form', () => {
  it.each<[string, (form: FormData) => void, number, string]>([
    ['a field beyond 64 kB', (form) => form.append('note', 'x'.repeat(65_537)), 400, 'BROKEN_MULTIPART'],
    ['a field of an endless name', (form) => form.append('n'.repeat(5000), 'x'), 400, 'BROKEN_MULTIPART'],
    [
      'more than 20 fields',
      (form) => Array.from({ length: 21 }, (_, n) => form.append(`f${n}`, 'x')),
      400,
      'BROKEN_MULTIPART',
    ],
    [
      'more than one file',
      (form) => [1, 2].map((n) => form.append('file', new Blob(['phoneNumber\n']), `${n}.csv`)),
      400,
      'FILE_REQUIRED',
    ],
    [
      'a file beyond UPLOAD_MAX_MB',
      (form) => form.append('file', new Blob(['x'.repeat(2 * MB + 1)]), 'leads.csv'),
      413,
      'FILE_TOO_LARGE',
    ],
  ])('should be refused with %s', async (_what, fill, status, code) => {
    const form = new FormData();
    fill(form);
    if (!form.has('file')) form.append('file', new Blob(['phoneNumber\n+12025550199\n']), 'leads.csv');
    const answer = await post(`${campaignPath}/leads/upload`, form);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });
});

describe('a file', () => {
  it('should be refused with more columns than anybody has', async () => {
    const headers = Array.from({ length: 501 }, (_, n) => `c${n}`).join(',');
    const { status, body } = await upload(`phoneNumber,${headers}\n+12025550180,x\n`);
    expect([status, body.code]).toEqual([400, 'CSV_TOO_MANY_COLUMNS']);
  });

  it('should be refused with a line that never ends', async () => {
    const { status, body } = await upload(`phoneNumber,name\n+12025550180,${'x'.repeat(1.5 * MB)}\n`);
    expect([status, body.code]).toEqual([400, 'CSV_LINE_TOO_LONG']);
  });

  it('should have a long cell refused alone, and told in short', async () => {
    const long = 'x'.repeat(60_000);
    const { status, body } = await upload(
      `phoneNumber,name,note\n+12025550180,${long},\n+12025550181,Ann,${long}\n+12025550182,Bea,short\n`,
    );
    expect(status).toBe(201);
    expect(body.data.uploaded).toBe(1);
    expect(body.data.errors.map(({ error }) => error)).toEqual([
      expect.stringContaining('at most 200 characters'),
      expect.stringContaining('at most 16384 bytes'),
    ]);
    expect(JSON.stringify(body).length).toBeLessThan(2000);
  });

  it('should reach no prototype by its headers or its metadata', async () => {
    const { status, body } = await upload(
      [
        'phoneNumber,__proto__,constructor,toString,metadata',
        '+12025550183,polluted,polluted,polluted,{}',
        '+12025550184,,,,"{""__proto__"":{""polluted"":true}}"',
        '+12025550185,,,,"{""constructor"":{""prototype"":{""polluted"":true}}}"',
      ].join('\n'),
    );
    expect(status).toBe(201);
    expect('polluted' in {}).toBe(false);
    expect(Object.getPrototypeOf(body.data)).toBe(Object.prototype);
    const { body: leads } = await app.get<{ data: { metadata: object }[] }>(
      `${campaignPath}/leads?limit=200`,
    );
    for (const { metadata } of leads.data) {
      expect(Object.keys(metadata)).not.toContain('__proto__');
      expect(Object.keys(metadata)).not.toContain('prototype');
    }
  });
});
