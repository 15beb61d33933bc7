import { readdir, readFile, readlink, rm } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { CampaignCountersRepository } from '../../src/campaigns/index.js';
import { leadBodies } from '../factories/lead.factory.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { scratchFolder } from '../support/processes.js';
import { waitFor } from '../support/wait-for.js';

interface Body {
  success: boolean;
  code?: string;
  details?: string;
  data: {
    id: string;
    uploaded: number;
    total: number;
    duplicates: number;
    refused: number;
    importId: string | null;
    delimiter: string;
    encoding: string;
    errors: { row: Record<string, string>; line: number; error: string }[];
  };
}
interface ListBody {
  data: Record<string, unknown>[];
  pagination: { total: number };
}

const FIXTURES = join(import.meta.dirname, '..', 'fixtures', 'csv');
const HEADER = 'phoneNumber,name,priority,metadata\n';
const UNKNOWN = '01930000-0000-7000-8000-000000000000';

function csvOf(count: number, from = 0): string {
  return (
    HEADER +
    leadBodies(count, from)
      .map((lead) => `${lead.phoneNumber},${lead.name},0,\n`)
      .join('')
  );
}

describe('uploading leads over HTTP', () => {
  let app: TestApp;
  let campaignId: string;
  let path: string;
  /** Of this file's own: elsewhere uploads are killed, and may leave a folder behind. */
  let temporary: string;

  beforeAll(async () => {
    temporary = await scratchFolder();
    vi.stubEnv('TMPDIR', temporary);
    app = await startTestApp({ ROLE: 'api', UPLOAD_MAX_MB: '5' });
  });
  afterAll(async () => {
    await app.close();
    vi.unstubAllEnvs();
    await rm(temporary, { recursive: true });
  });
  beforeEach(async () => {
    const { body } = await app.post<Body>('/campaigns', { name: 'Uploads' });
    campaignId = body.data.id;
    path = `/campaigns/${campaignId}/leads`;
  });

  async function send(form: FormData, id = campaignId): Promise<{ status: number; body: Body }> {
    const url = `${app.url}/api/v1/campaigns/${id}/leads/upload`;
    const answer = await fetch(url, { method: 'POST', body: form });
    return { status: answer.status, body: (await answer.json()) as Body };
  }

  function upload(content: string | Uint8Array<ArrayBuffer>, field = 'file') {
    const form = new FormData();
    form.append(field, new Blob([content]), '../../../etc/leads.csv');
    return send(form);
  }

  async function uploadFixture(name: string) {
    return upload(new Uint8Array(await readFile(join(FIXTURES, name))));
  }

  async function leads(): Promise<Record<string, unknown>[]> {
    return (await app.get<ListBody>(`${path}?limit=200`)).body.data;
  }

  async function expectCountersTrue(pending: number): Promise<void> {
    const counters = app.app.get(CampaignCountersRepository);
    const read = (await counters.read([campaignId])).get(campaignId);
    expect(read).toEqual(await counters.recount(campaignId));
    expect(read).toMatchObject({ pending, totalLeads: pending });
  }

  async function expectNothingLeftBehind(): Promise<void> {
    await waitFor(async () => (await openUploads()).length === 0, { message: 'the upload to be freed' });
    expect((await readdir(temporary)).filter((name) => name.startsWith('campaign-upload-'))).toEqual([]);
  }

  /** Files this process has open that were in an upload's folder; they have no name any more. */
  async function openUploads(): Promise<string[]> {
    const paths = await Promise.all(
      (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')),
    );
    return paths.filter((path) => path.includes('campaign-upload-'));
  }

  it('should take the file of the contract, unquoted JSON and all', async () => {
    const { status, body } = await uploadFixture('contract.csv');
    expect(status).toBe(201);
    expect(body.data).toEqual({
      ...{ uploaded: 2, total: 2, duplicates: 0, refused: 0, errors: [] },
      ...{ importId: expect.any(String), encoding: 'utf-8', delimiter: ',' },
    });
    expect(await leads()).toMatchObject([
      {
        phoneNumber: '+919529117230',
        name: 'John Doe',
        status: 'pending',
        priority: 1,
        metadata: { source: 'website' },
      },
      { phoneNumber: '+918329823146', name: 'Jane Smith', priority: 2, metadata: { source: 'referral' } },
    ]);
    await expectCountersTrue(2);
    await expectNothingLeftBehind();
  });

  it('should take what Excel writes: other columns, order, delimiter, mark and line ends', async () => {
    const { body } = await uploadFixture('excel.csv');
    expect(body.data).toMatchObject({ uploaded: 2, total: 2, duplicates: 0, errors: [], delimiter: ';' });
    expect(await leads()).toMatchObject([
      {
        phoneNumber: '+447700900001',
        name: 'José García',
        priority: 5,
        metadata: { City: 'Leeds', tags: ['a', 'b'], city: 'York' },
      },
      { phoneNumber: '+447700900002', name: 'Ann', priority: 0, metadata: { City: 'Bath; Avon' } },
    ]);
  });

  it('should let no bad row sink the file, and report each by line, row and reason', async () => {
    const { status, body } = await uploadFixture('mixed.csv');
    expect(status).toBe(201);
    expect(body.data).toMatchObject({ uploaded: 4, total: 12, duplicates: 1 });
    expect((await leads()).map((lead) => [lead.phoneNumber, lead.name, lead.metadata])).toEqual([
      ['+447700900001', 'Good One', { a: 1, b: 'x,y' }],
      ['+447700900005', '"Unclosed', {}],
      ['+447700900006', 'Apostrophe', { quoted: true }],
      ['+447700900008', 'Two\nlines', {}],
    ]);
    expect(body.data.errors.map(({ line, error }) => [line, error])).toEqual([
      [3, 'Phone number is required'],
      [4, expect.stringMatching(/country code/)],
      [5, expect.stringMatching(/^priority must be an integer/)],
      [6, 'metadata must be a JSON object'],
      [7, 'metadata must be a JSON object'],
      [11, 'The row has 6 cells, the header has 4'],
      [14, expect.stringMatching(/spreadsheet/)],
    ]);
    expect(body.data.errors[0]?.row).toEqual({ phone: '', name: 'No Number', priority: '1', metadata: '' });
    expect(body.data.errors[5]?.row).toMatchObject({ phone: '+447700900007', 'column 5': 'many' });
    await expectCountersTrue(4);
  });

  it('should skip numbers the campaign or the file has already', async () => {
    await upload(csvOf(10));
    const { body } = await upload(csvOf(20) + csvOf(5).slice(HEADER.length));
    expect(body.data).toMatchObject({ uploaded: 10, total: 25, duplicates: 15, errors: [] });
    await expectCountersTrue(20);
  });

  it('should keep the first of a number that comes again far below, in what is stored later', async () => {
    const first = leadBodies(1)[0]?.phoneNumber ?? '';
    const { body } = await upload(`${csvOf(40_000)}${first},Somebody else,9,\n`);
    expect(body.data).toMatchObject({ uploaded: 40_000, total: 40_001, duplicates: 1 });
    const found = await app.get<ListBody>(`${path}?search=${encodeURIComponent(first)}`);
    expect(found.body.data).toMatchObject([{ name: 'Lead 0', priority: 0 }]);
    await expectCountersTrue(40_000);
  });

  it("should keep the file's order and list no more than 100 errors", async () => {
    const { body } = await upload(csvOf(5000) + 'bad\n'.repeat(150));
    expect(body.data).toMatchObject({ uploaded: 5000, total: 5150, duplicates: 0 });
    expect(body.data.errors).toHaveLength(100);
    expect((await leads()).map((lead) => lead.name)).toEqual(
      Array.from({ length: 200 }, (_, i) => `Lead ${i}`),
    );
    await expectCountersTrue(5000);
  });

  it("should read national numbers by the campaign's default country", async () => {
    await app.put(`/campaigns/${campaignId}`, { defaultCountry: 'IN' });
    const { body } = await upload('phone\n9529117230\n919529117230\n');
    expect(body.data).toMatchObject({ uploaded: 1, total: 2, duplicates: 1 });
  });

  it.each<[string, string | Uint8Array<ArrayBuffer>, string]>([
    ['an empty file', '', 'FILE_EMPTY'],
    ['a file of blanks', '\n  \n', 'FILE_EMPTY'],
    ['a header alone', HEADER, 'CSV_NO_ROWS'],
    ['a header and blank rows', `${HEADER},,,\n\n`, 'CSV_NO_ROWS'],
    ['a file without a header', '+919529117230,John\n', 'CSV_NO_PHONE_COLUMN'],
    ['a picture', new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3]), 'FILE_NOT_TEXT'],
    [
      'a file in no encoding we know',
      new Uint8Array(Buffer.from(`${HEADER}+919529117230,Jos\xe9\x81,,\n`, 'latin1')),
      'FILE_NOT_UTF8',
    ],
    ['one endless line', HEADER + 'x'.repeat(3_000_000), 'CSV_LINE_TOO_LONG'],
  ])('should refuse %s', async (_, content, code) => {
    const { status, body } = await upload(content);
    expect([status, body.code]).toEqual([400, code]);
    expect(body.details).toEqual(expect.any(String));
    await expectNothingLeftBehind();
  });

  it('should take all of a file or nothing of it', async () => {
    const broken = Buffer.concat([Buffer.from(`${csvOf(5000)},é\n`), Buffer.from([0xff, 0xfe, 0xfd])]);
    const { status, body } = await upload(new Uint8Array(broken));
    expect([status, body.code]).toEqual([400, 'FILE_NOT_UTF8']);
    await expectCountersTrue(0);
    expect(await leads()).toEqual([]);
  });

  it('should refuse a form without a file, with it in another field, or with two', async () => {
    const two = new FormData();
    two.append('file', new Blob([csvOf(1)]), 'a.csv');
    two.append('file', new Blob([csvOf(1, 5)]), 'b.csv');
    const text = new FormData();
    text.append('file', csvOf(1));
    for (const answer of [await upload(csvOf(1), 'csv'), await send(two), await send(text)]) {
      expect([answer.status, answer.body.code]).toEqual([400, 'FILE_REQUIRED']);
    }
    await expectCountersTrue(0);
    await expectNothingLeftBehind();
  });

  it('should refuse a body that is no multipart form, or a broken one', async () => {
    expect((await app.post<Body>(`${path}/upload`, { file: 'x' })).status).toBe(415);
    expect((await app.post<Body>(`${path}/upload`)).body.code).toBe('FILE_REQUIRED');
    const headers = { 'Content-Type': 'multipart/form-data' };
    const answer = await fetch(`${app.url}/api/v1${path}/upload`, { method: 'POST', headers, body: 'x' });
    expect([answer.status, ((await answer.json()) as Body).code]).toEqual([400, 'BROKEN_MULTIPART']);
  });

  it('should not find an unknown campaign, and keep no file for it', async () => {
    const form = () => {
      const filled = new FormData();
      filled.append('file', new Blob([csvOf(1)]), 'a.csv');
      return filled;
    };
    for (const id of [UNKNOWN, 'nonsense']) {
      const { status, body } = await send(form(), id);
      expect([status, body.code]).toEqual([404, 'CAMPAIGN_NOT_FOUND']);
    }
    await expectNothingLeftBehind();
  });

  it('should refuse a file above the configured size', async () => {
    const chunk = new Uint8Array(Buffer.alloc(1024 * 1024, 'x,y\n'));
    const form = new FormData();
    form.append('file', new Blob([HEADER, ...Array.from({ length: 5 }, () => chunk)]), 'big.csv');
    const { status, body } = await send(form);
    expect([status, body.code]).toEqual([413, 'FILE_TOO_LARGE']);
    await expectNothingLeftBehind();
  });

  it('should keep nothing of a client that goes away in mid-file', async () => {
    const { port, hostname } = new URL(app.url);
    const headers = { 'Content-Type': 'multipart/form-data; boundary=b', 'Content-Length': 1_000_000 };
    const options = { method: 'POST', path: `/api/v1${path}/upload`, port, hostname, headers };
    const request = httpRequest(options).on('error', () => {});
    const part = '--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n';
    request.write(part + csvOf(1000));
    const isUnnamed = async () => {
      const [one, ...others] = await openUploads();
      return one?.endsWith(' (deleted)') === true && others.length === 0;
    };
    await waitFor(isUnnamed, { message: 'the upload to begin, and its one file to lose its name' });
    request.destroy();
    await expectNothingLeftBehind();
    await expectCountersTrue(0);
  });

  it('should document the upload so that it can be tried out', async () => {
    const answer = await fetch(`${app.url}/api-docs-json`);
    const docs = (await answer.json()) as { paths: Record<string, { post: { requestBody: unknown } }> };
    const [route] = Object.entries(docs.paths).filter(([name]) => name.endsWith('/leads/upload'));
    expect(JSON.stringify(route?.[1].post.requestBody)).toContain('multipart/form-data');
  });
});
