import { randomUUID } from 'node:crypto';
import { parse } from 'csv-parse/sync';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../support/app.js';
import { nextNumber } from './deeds.js';

interface Entry {
  id: string;
  at: string;
  actor: { kind: string; id: string | null; name: string };
  action: string;
  entity: string;
  entityId: string | null;
  campaignId: string | null;
  before: object | null;
  after: object | null;
  details: object | null;
  address: string | null;
  requestId: string | null;
}

interface List {
  data: Entry[];
  pagination: { total: number; nextCursor: string | null };
}

interface Made {
  data: { id: string };
}

let app: TestApp;
let sql: pg.Pool;

beforeAll(async () => {
  app = await startTestApp({ ROLE: 'api' });
  sql = new pg.Pool({ connectionString: app.database.url, max: 2 });
});
afterAll(async () => {
  await sql.end();
  await app.close();
});

async function create(path: string, body: object): Promise<string> {
  return (await app.post<Made>(path, body)).body.data.id;
}

async function listed(query: string): Promise<Entry[]> {
  const { status, body } = await app.get<List>(`/audit?limit=200&${query}`);
  expect(status).toBe(200);
  return body.data;
}

async function countOf(table: string): Promise<number> {
  const { rows } = await sql.query<{ count: number }>(`SELECT count(*)::int AS count FROM ${table}`);
  return rows[0]!.count;
}

describe('what the audit log tells', () => {
  it('should be who, what, before and after, from where', async () => {
    const id = await create('/campaigns', { name: 'Before', weight: 2 });
    const requestId = randomUUID();
    await fetch(`${app.url}/api/v1/campaigns/${id}`, {
      method: 'PUT',
      headers: { 'Content-Type': 'application/json', 'X-Request-Id': requestId },
      body: JSON.stringify({ name: 'After', weight: 2, callDelay: 0 }),
    });
    const [entry] = await listed(`entityId=${id}&action=campaign.updated`);
    expect(entry).toEqual({
      id: expect.any(String),
      at: expect.any(String),
      actor: { kind: 'open', id: null, name: 'open mode' },
      ...{ action: 'campaign.updated', entity: 'campaign', entityId: id, campaignId: id },
      ...{ before: { name: 'Before', callDelay: 2000 }, after: { name: 'After', callDelay: 0 } },
      ...{ details: null, address: '127.0.0.1', requestId },
    });
    expect(Math.abs(Date.parse(entry!.at) - Date.now())).toBeLessThan(10_000);
  });

  it('should be one entry with counts for a list and a file, and none for a rehearsal', async () => {
    const id = await create('/campaigns', { name: 'Many' });
    const phoneNumber = nextNumber();
    const leads = [{ phoneNumber }, { phoneNumber }, { phoneNumber: nextNumber() }];
    await app.post(`/campaigns/${id}/leads/bulk`, { leads });
    const upload = async (query: string) => {
      const form = new FormData();
      form.append(
        'file',
        new Blob([`phoneNumber\n${nextNumber()}\n${phoneNumber}\nno number\n`]),
        'leads.csv',
      );
      const url = `${app.url}/api/v1/campaigns/${id}/leads/upload${query}`;
      expect((await fetch(url, { method: 'POST', body: form })).status).toBe(201);
    };
    await upload('?dryRun=true');
    await upload('');
    await app.delete(`/campaigns/${id}/leads`);
    await app.delete(`/campaigns/${id}/leads`);
    const told = (await listed(`campaignId=${id}`)).map(({ action, details }) => ({ action, details }));
    expect(told).toEqual([
      { action: 'lead.bulk_deleted', details: { deleted: 3, before: 0 } },
      { action: 'import.completed', details: { total: 3, stored: 1, refused: 1, duplicates: 1 } },
      { action: 'lead.bulk_created', details: { created: 2, total: 3 } },
      { action: 'campaign.created', details: null },
    ]);
  });

  it('should be nothing of what was refused', async () => {
    const id = await create('/campaigns', { name: 'Empty' });
    expect((await app.post(`/campaigns/${id}/start`)).status).toBe(400);
    expect((await app.post(`/campaigns/${id}/pause`)).status).toBe(400);
    expect((await app.put(`/campaigns/${id}`, { name: 5 })).status).toBe(400);
    expect((await listed(`campaignId=${id}`)).map(({ action }) => action)).toEqual(['campaign.created']);
  });

  it('should be there with the change or not at all', async () => {
    await sql.query(
      `ALTER TABLE audit_entries ADD CONSTRAINT ck_broken CHECK (action <> 'agent.created') NOT VALID`,
    );
    try {
      const before = await countOf('agents');
      expect((await app.post('/agents', { name: 'Unseen' })).status).toBeGreaterThanOrEqual(400);
      expect(await countOf('agents')).toBe(before);
    } finally {
      await sql.query('ALTER TABLE audit_entries DROP CONSTRAINT ck_broken');
    }
  });
});

describe('the audit log itself', () => {
  it.each(['UPDATE audit_entries SET action = $$x$$', 'DELETE FROM audit_entries', 'TRUNCATE audit_entries'])(
    'should be closed to %s, for its owner and for the API',
    async (statement) => {
      const before = await countOf('audit_entries');
      expect(before).toBeGreaterThan(0);
      await expect(sql.query(statement)).rejects.toThrow('append-only');
      const api = await sql.connect();
      try {
        await api.query('SET ROLE campaign_api');
        await expect(api.query(statement)).rejects.toThrow('permission denied');
      } finally {
        api.release(true);
      }
      expect(await countOf('audit_entries')).toBe(before);
    },
  );

  it('should be paged by cursor, newest first, and lose none', async () => {
    const id = await create('/campaigns', { name: 'Paged' });
    for (let weight = 1; weight <= 6; weight += 1) await app.put(`/campaigns/${id}`, { weight });
    const all = await listed(`entityId=${id}`);
    expect(all).toHaveLength(7);
    const seen: Entry[] = [];
    let next: string | null = `/audit?entityId=${id}&limit=3`;
    while (next !== null) {
      const list: List = (await app.get<List>(next)).body;
      expect(list.pagination.total).toBe(7);
      seen.push(...list.data);
      const { nextCursor } = list.pagination;
      next = nextCursor && `/audit?entityId=${id}&limit=3&cursor=${nextCursor}`;
    }
    expect(seen).toEqual(all);
    expect(all.map(({ id: each }) => each)).toEqual(
      all
        .map(({ id: each }) => each)
        .toSorted()
        .toReversed(),
    );
  });

  it('should be found by entity, action, actor and time', async () => {
    const agentId = await create('/agents', { name: 'First' });
    const [first] = await listed(`entityId=${agentId}`);
    await app.put(`/agents/${agentId}`, { name: 'Second' });
    const found = async (query: string) =>
      (await listed(`entityId=${agentId}&${query}`)).map(({ action }) => action);
    const both = ['agent.updated', 'agent.created'];
    expect(await found('entity=agent')).toEqual(both);
    expect(await found('entity=campaign')).toEqual([]);
    expect(await found('action=agent.created')).toEqual(['agent.created']);
    expect(await found('actor=open')).toEqual(both);
    expect(await found('actor=system')).toEqual([]);
    expect(await found(`actor=${randomUUID()}`)).toEqual([]);
    const at = encodeURIComponent(first!.at);
    expect(await found(`since=${at}`)).toEqual(both);
    expect(await found(`until=${at}`)).toEqual([]);
    const later = new Date(Date.now() + 60_000).toISOString();
    expect(await found(`since=${later}`)).toEqual([]);
    expect(await found(`until=${later}`)).toEqual(both);
  });

  it('should be downloaded as CSV and as JSON lines, all that the list shows', async () => {
    const id = await create('/campaigns', { name: '=HYPERLINK("http://x")' });
    await app.put(`/campaigns/${id}`, { description: 'Changed' });
    const all = await listed(`entityId=${id}`);
    const download = (format: string) =>
      fetch(`${app.url}/api/v1/audit/export?entityId=${id}&format=${format}`);
    const csv = await download('csv');
    expect(csv.headers.get('content-disposition')).toBe('attachment; filename="audit.csv"');
    const rows: Record<string, string>[] = parse(await csv.text(), { columns: true });
    expect(rows.map((row) => [row.id, row.action, JSON.parse(row.after!)])).toEqual(
      all.map(({ id: each, action, after }) => [each, action, after]),
    );
    const lines = (await (await download('jsonl')).text()).trim().split('\n');
    expect(lines.map((line) => JSON.parse(line).id)).toEqual(all.map(({ id: each }) => each));
  });
});
