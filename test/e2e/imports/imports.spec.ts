import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CampaignCountersRepository } from '../../../src/campaigns/index.js';
import { leadBodies } from '../../factories/lead.factory.js';
import { startTestApp, type TestApp } from '../../support/app.js';
import { waitFor } from '../../support/wait-for.js';

interface Import {
  id: string;
  status: string;
  rowsRead: number;
  stored: number;
  refused: number;
  duplicates: number;
  percent: number;
  rate: number;
  errorCode: string | null;
}
interface Body<T = Import> {
  data: T;
  code?: string;
  pagination?: { total: number };
}

function csvOf(count: number, from = 0): string {
  const rows = leadBodies(count, from).map(({ phoneNumber, name }) => `${phoneNumber},${name}\n`);
  return `phone,name\n${rows.join('')}`;
}

describe('imports as a resource', () => {
  let app: TestApp;
  let sql: pg.Pool;
  let campaignId: string;
  let path: string;

  beforeAll(async () => {
    app = await startTestApp();
    sql = new pg.Pool({ connectionString: app.database.url, max: 3 });
  });
  afterAll(async () => {
    await sql.end();
    await app.close();
  });
  beforeEach(async () => {
    const { body } = await app.post<Body>('/campaigns', { name: 'Imports' });
    campaignId = body.data.id;
    path = `/campaigns/${campaignId}/leads`;
  });

  async function send(route: string, content: string): Promise<{ status: number; body: Body }> {
    const form = new FormData();
    form.append('file', new Blob([content]), 'leads.csv');
    const answer = await fetch(`${app.url}/api/v1${path}/${route}`, { method: 'POST', body: form });
    return { status: answer.status, body: (await answer.json()) as Body };
  }

  async function get(id: string): Promise<Import> {
    return (await app.get<Body>(`${path}/imports/${id}`)).body.data;
  }

  async function over(id: string): Promise<Import> {
    const isOver = async () => ['completed', 'failed'].includes((await get(id)).status);
    await waitFor(isOver, { timeoutMs: 20_000, message: 'the import to be over' });
    return get(id);
  }

  async function count(table: string, where: string, id: string): Promise<number> {
    const { rows } = await sql.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM ${table} WHERE ${where}`,
      [id],
    );
    return rows[0]!.n;
  }
  const leads = () => count('leads', 'campaign_id = $1', campaignId);
  const chunks = (id: string) => count('lead_import_chunks', 'import_id = $1', id);

  async function expectCountersTrue(pending: number): Promise<void> {
    const counters = app.app.get(CampaignCountersRepository);
    const read = (await counters.read([campaignId])).get(campaignId);
    expect(read).toEqual(await counters.recount(campaignId));
    expect(read).toMatchObject({ pending });
  }

  it('should answer 202 at once and store the file by a worker', async () => {
    const { status, body } = await send(
      'imports',
      `${csvOf(3000)}bad,x\n${csvOf(10).slice('phone,name\n'.length)}`,
    );
    expect(status).toBe(202);
    expect(body.data).toMatchObject({ fileName: 'leads.csv', stored: 0 });
    const done = await over(body.data.id);
    expect(done).toMatchObject({
      ...{ status: 'completed', rowsRead: 3011, stored: 3000, refused: 1, duplicates: 10, percent: 100 },
      errorCode: null,
    });
    expect(done.rate).toBeGreaterThan(0);
    expect(await leads()).toBe(3000);
    await expectCountersTrue(3000);
    expect(await chunks(done.id)).toBe(0);
    const list = await app.get<Body<Import[]>>(`${path}/imports`);
    expect([list.body.data.map(({ id }) => id), list.body.pagination?.total]).toEqual([[done.id], 1]);
  });

  it('should keep every refused row of an upload too, to be corrected and sent again', async () => {
    const bad = Array.from({ length: 1200 }, (_, i) => `=1+${i},"Jo ""the"" ${i}",é\n`).join('');
    const { body } = await send('upload', `phone,name,city\n${bad}+447700900001,Ann,x\n`);
    const { importId } = body.data as Import & { importId: string };
    const answer = await fetch(`${app.url}/api/v1${path}/imports/${importId}/refused`);
    expect(answer.headers.get('content-type')).toMatch(/^text\/csv/);
    const lines = (await answer.text()).trim().split('\n');
    expect(lines).toHaveLength(1201);
    expect(lines[0]).toBe('import_line,import_error,phone,name,city');
    expect(lines[1]).toBe(`2,'=1+0 is not a phone number,'=1+0,"Jo ""the"" 0",é`);
    expect(lines[1200]).toMatch(/^1201,/);
    const corrected = lines.map((line, i) => (i === 0 ? line : line.replace("'=1+", '+4477009000')));
    const sent = await send('upload', corrected.slice(0, 50).join('\n').replaceAll("'=1+", '+447700900'));
    expect(sent.status).toBe(201);
    const { rows } = await sql.query<{ metadata: object }>(
      `SELECT metadata FROM leads WHERE campaign_id = $1 AND metadata ? 'city' LIMIT 1`,
      [campaignId],
    );
    expect(rows[0]?.metadata).toEqual({ city: expect.any(String) });
  });

  it('should refuse at once what is no CSV, and fail later what breaks within', async () => {
    const refused = await send('imports', 'name\nJo\n');
    expect([refused.status, refused.body.code]).toEqual([400, 'CSV_NO_PHONE_COLUMN']);
    const { status, body } = await send('imports', `${csvOf(9000)}${'x'.repeat(3_000_000)}`);
    expect(status).toBe(202);
    expect(await over(body.data.id)).toMatchObject({
      status: 'failed',
      errorCode: 'CSV_LINE_TOO_LONG',
      stored: 0,
    });
    expect(await leads()).toBe(0);
    expect(await chunks(body.data.id)).toBe(0);
    await expectCountersTrue(0);
  });

  it('should find an import again whose job was lost', async () => {
    const id = '01930000-0000-7000-8000-0000000000aa';
    await sql.query(
      `INSERT INTO lead_imports (id, campaign_id, status, bytes) VALUES ($1, $2, 'queued', 100)`,
      [id, campaignId],
    );
    await sql.query('INSERT INTO lead_import_chunks (import_id, number, bytes) VALUES ($1, 0, $2)', [
      id,
      Buffer.from(csvOf(5)),
    ]);
    expect(await over(id)).toMatchObject({ status: 'completed', stored: 5 });
  });

  it('should begin anew with an import whose worker is gone, and give up one that ends each', async () => {
    const make = async (id: string, attempts: number) => {
      await sql.query(
        `INSERT INTO lead_imports (id, campaign_id, status, bytes, attempts, holder, heard_at)
         VALUES ($1, $2, 'running', 100, $3, gen_random_uuid(), now() - interval '1 minute')`,
        [id, campaignId, attempts],
      );
      await sql.query('INSERT INTO lead_import_chunks (import_id, number, bytes) VALUES ($1, 0, $2)', [
        id,
        Buffer.from(csvOf(7)),
      ]);
    };
    const [good, bad] = ['01930000-0000-7000-8000-0000000000ab', '01930000-0000-7000-8000-0000000000ac'];
    await make(good, 1);
    await make(bad, 10);
    expect(await over(bad)).toMatchObject({ status: 'failed', errorCode: 'IMPORT_CRASHED' });
    expect(await over(good)).toMatchObject({ status: 'completed', stored: 7 });
  });

  it('should only report in a dry run', async () => {
    await send('upload', csvOf(10));
    const { body } = await send('upload?dryRun=true', `${csvOf(30)}+1,short\n${csvOf(3).slice(11)}`);
    expect(body.data).toMatchObject({ importId: null, uploaded: 20, duplicates: 13, refused: 1, total: 34 });
    expect(await leads()).toBe(10);
    expect(await count('lead_imports', 'campaign_id = $1', campaignId)).toBe(1);
    await expectCountersTrue(10);
  });

  it('should add 100,000 leads in one request', async () => {
    const { status, body } = await app.post<{ data: object }>(`${path}/bulk`, {
      leads: Array.from({ length: 100_000 }, (_, i) => ({
        phoneNumber: `+1${202 + Math.floor(i / 10_000)}555${String(i % 10_000).padStart(4, '0')}`,
      })),
    });
    expect(status).toBe(201);
    const { created } = body.data as { created: number };
    expect(created).toBeGreaterThan(50_000);
    expect(await leads()).toBe(created);
    await expectCountersTrue(created);
  });

  it('should answer 404 for what is not there', async () => {
    const unknown = '01930000-0000-7000-8000-000000000000';
    for (const route of [`imports/${unknown}`, 'imports/x', `imports/${unknown}/refused`]) {
      expect((await app.get<Body>(`${path}/${route}`)).body.code).toBe('IMPORT_NOT_FOUND');
    }
  });
});
