import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SuppressionHooks } from '../../src/compliance/index.js';
import { startTestApp, type TestApp } from '../support/app.js';

interface Suppression {
  id: string;
  phoneNumber: string;
  campaignId: string | null;
  reason: string | null;
  source: string | null;
  expiresAt: string | null;
}

interface One {
  data: Suppression;
  code?: string;
}

interface Many {
  data: {
    added: number;
    total: number;
    known: number;
    errors: { index?: number; line?: number; error: string }[];
  };
  code?: string;
}

interface List {
  data: Suppression[];
  pagination: { total: number };
}

const YEAR_MS = 365 * 24 * 3600 * 1000;
const inYears = (years: number): string => new Date(Date.now() + years * YEAR_MS).toISOString();
const numberOf = (nth: number): string => `+1202555${String(100 + nth).padStart(4, '0')}`;

describe('the do-not-call list', () => {
  let app: TestApp;
  let campaignId: string;
  let area = 203;

  beforeAll(async () => {
    app = await startTestApp({ ROLE: 'api' });
    const made = await app.post<One>('/campaigns', { name: 'British', defaultCountry: 'GB' });
    campaignId = made.body.data.id;
  });

  afterAll(() => app.close());

  /** Numbers of an area that no other test uses: the beginning they share, and the numbers. */
  function fresh(count: number): { prefix: string; numbers: string[] } {
    const prefix = `+1${area}`;
    area = area === 203 ? 205 : area + 1;
    return {
      prefix,
      numbers: Array.from({ length: count }, (_, nth) => `${prefix}555${String(100 + nth).padStart(4, '0')}`),
    };
  }

  const add = (body: object) => app.post<One>('/suppressions', body);
  const list = async (query: string): Promise<List> => (await app.get<List>(`/suppressions?${query}`)).body;

  async function upload(csv: string, query = '') {
    const form = new FormData();
    form.append('file', new Blob([csv]), 'list.csv');
    const answer = await fetch(`${app.url}/api/v1/suppressions/upload?${query}`, {
      method: 'POST',
      body: form,
    });
    return { status: answer.status, body: (await answer.json()) as Many };
  }

  async function exported(query: string): Promise<{ type: string | null; text: string }> {
    const answer = await fetch(`${app.url}/api/v1/suppressions/export?${query}`);
    return { type: answer.headers.get('content-type'), text: await answer.text() };
  }

  it('should add a number as people write it, show it, and delete it', async () => {
    const wish = {
      phoneNumber: '07700 900123',
      country: 'gb',
      reason: ' Asked ',
      source: 'phone',
      expiresAt: inYears(1),
    };
    const { status, body } = await add(wish);
    expect(status).toBe(201);
    const { id } = body.data;
    const shown = { id, phoneNumber: '+447700900123', campaignId: null, reason: 'Asked', source: 'phone' };
    expect(body.data).toMatchObject({ ...shown, expiresAt: wish.expiresAt });
    expect((await app.get<One>(`/suppressions/${id}`)).body.data).toEqual(body.data);
    expect((await app.delete(`/suppressions/${id}`)).status).toBe(200);
    expect((await app.get<One>(`/suppressions/${id}`)).body.code).toBe('SUPPRESSION_NOT_FOUND');
    expect((await app.delete<One>(`/suppressions/${id}`)).status).toBe(404);
  });

  it('should answer with the entry it made, though somebody lifts it before the answer', async () => {
    const phoneNumber = '+447700900125';
    const lifted: number[] = [];
    // After the commit, and before the answer.
    app.app.get(SuppressionHooks).added.add({
      suppressed: async () => {
        const [entry] = (await list(`phoneNumber=${encodeURIComponent(phoneNumber)}`)).data;
        if (entry) lifted.push((await app.delete(`/suppressions/${entry.id}`)).status);
      },
    });
    const { status, body } = await add({ phoneNumber });
    expect(lifted).toEqual([200]);
    expect(status).toBe(201);
    expect(body.data).toMatchObject({ phoneNumber, campaignId: null });
    expect((await app.get<One>(`/suppressions/${body.data.id}`)).status).toBe(404);
  });

  it("should take a campaign's own country for its numbers, and keep its entry apart", async () => {
    const own = await add({ phoneNumber: '07700 900124', campaignId });
    expect(own.body.data).toMatchObject({ phoneNumber: '+447700900124', campaignId });
    const all = await add({ phoneNumber: '+447700900124' });
    expect(all.body.data.id).not.toBe(own.body.data.id);
    expect((await list('phoneNumber=447700900124')).pagination.total).toBe(2);
    expect((await list(`campaignId=${campaignId}`)).data.map(({ id }) => id)).toEqual([own.body.data.id]);
  });

  it('should keep one entry for a number, which never ends sooner for being added again', async () => {
    const { numbers } = fresh(1);
    const phoneNumber = numbers[0];
    const first = await add({ phoneNumber, expiresAt: inYears(2), reason: 'first' });
    const again = await add({ phoneNumber, expiresAt: inYears(1), reason: 'second' });
    expect(again.body.data).toMatchObject({
      ...first.body.data,
      reason: 'second',
      updatedAt: expect.any(String) as string,
    });
    const forGood = await add({ phoneNumber });
    expect(forGood.body.data).toMatchObject({ id: first.body.data.id, expiresAt: null, reason: 'second' });
    expect((await add({ phoneNumber, expiresAt: inYears(1) })).body.data.expiresAt).toBeNull();
  });

  it.each([
    [{ phoneNumber: '+1999' }, 'INVALID_PHONE_NUMBER', 400],
    [{ phoneNumber: '07700 900125' }, 'INVALID_PHONE_NUMBER', 400],
    [{ phoneNumber: numberOf(1), expiresAt: '2020-01-01T00:00:00Z' }, 'VALIDATION_FAILED', 400],
    [{ phoneNumber: numberOf(1), country: 'XX' }, 'VALIDATION_FAILED', 400],
    [{ phoneNumber: numberOf(1), reason: 'x'.repeat(501) }, 'VALIDATION_FAILED', 400],
    [
      { phoneNumber: numberOf(1), campaignId: '01930000-0000-7000-8000-000000000000' },
      'CAMPAIGN_NOT_FOUND',
      404,
    ],
    [{ reason: 'no number' }, 'VALIDATION_FAILED', 400],
  ])('should refuse %j as %s', async (body, code, status) => {
    const answer = await add(body);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  it('should add a list, tell new from known, and report what is no number', async () => {
    const { prefix, numbers } = fresh(50);
    await add({ phoneNumber: numbers[0] });
    const phoneNumbers = [...numbers, numbers[1]!, 'nobody'];
    const { status, body } = await app.post<Many>('/suppressions/bulk', { phoneNumbers, source: 'registry' });
    expect(status).toBe(201);
    expect(body.data).toMatchObject({ added: 49, total: 52, known: 2, errors: [{ index: 51 }] });
    const page = await list(`phoneNumber=${encodeURIComponent(prefix)}&limit=20&page=3`);
    expect([page.data.length, page.pagination.total]).toEqual([10, 50]);
    expect(new Set(page.data.map(({ source }) => source))).toEqual(new Set(['registry']));
  });

  it('should add a hundred thousand numbers at once', async () => {
    const phoneNumbers = Array.from(
      { length: 100_000 },
      (_, nth) => `+61${[2, 3, 7, 8][nth % 4]}5550${String(Math.floor(nth / 4) % 10_000).padStart(4, '0')}`,
    );
    const { status, body } = await app.post<Many>('/suppressions/bulk', { phoneNumbers });
    expect([status, body.data.added, body.data.known]).toEqual([201, 40_000, 60_000]);
    expect((await list('phoneNumber=613')).pagination.total).toBe(10_000);
    const tooMany = await app.post<Many>('/suppressions/bulk', {
      phoneNumbers: [...phoneNumbers, '+12025550199'],
    });
    expect([tooMany.status, tooMany.body.code]).toEqual([400, 'VALIDATION_FAILED']);
  });

  it('should add a file, its rows with reasons, sources and ends of their own', async () => {
    const { prefix, numbers } = fresh(4);
    const csv = [
      'Phone;Reason;Source;Expires at',
      `${numbers[0]};;;`,
      `${numbers[1]};own;registry;${inYears(1)}`,
      `${numbers[2]};;;yesterday`,
      `${numbers[3]};;;2020-01-01T00:00:00Z`,
      'nobody;;;',
      `${numbers[0]};;;${inYears(1)}`,
    ].join('\n');
    const { status, body } = await upload(csv, 'reason=general&source=file');
    expect(status).toBe(201);
    expect(body.data).toMatchObject({ added: 2, total: 6, known: 1 });
    expect(body.data.errors.map(({ line }) => line)).toEqual([4, 5, 6]);
    const { data } = await list(`phoneNumber=${prefix.slice(1)}`);
    const shown = data.map(({ phoneNumber, reason, source, expiresAt }) => [
      phoneNumber,
      reason,
      source,
      expiresAt !== null,
    ]);
    expect(shown.toSorted()).toEqual([
      [numbers[0], 'general', 'file', false],
      [numbers[1], 'own', 'registry', true],
    ]);
  });

  it.each([
    ['phoneNumber\n', 'CSV_NO_ROWS', ''],
    ['name\nJohn\n', 'CSV_NO_PHONE_COLUMN', ''],
    ['phoneNumber\n+12025550142\n', 'VALIDATION_FAILED', 'expiresAt=2020-01-01T00:00:00Z'],
    ['phoneNumber\n+12025550142\n', 'CAMPAIGN_NOT_FOUND', 'campaignId=01930000-0000-7000-8000-000000000000'],
  ])('should refuse the file %j as %s', async (csv, code, query) => {
    expect((await upload(csv, query)).body.code).toBe(code);
  });

  it('should find the entries of one source, in lists and exports', async () => {
    const { prefix, numbers } = fresh(3);
    await app.post('/suppressions/bulk', { phoneNumbers: numbers.slice(0, 2), source: 'a fair, 2026' });
    await add({ phoneNumber: numbers[2], source: 'a fair' });
    const source = `source=${encodeURIComponent('a fair, 2026')}`;
    const found = await list(source);
    expect(found.pagination.total).toBe(2);
    expect(found.data.map(({ phoneNumber }) => phoneNumber).toSorted()).toEqual(numbers.slice(0, 2));
    expect((await list(`source=a%20fair&phoneNumber=${prefix.slice(1)}`)).data).toHaveLength(1);
    expect((await list('source=nobody')).data).toEqual([]);
    expect((await exported(source)).text.trim().split('\n')).toHaveLength(3);
  });

  it('should give out a file that it takes back', async () => {
    const { prefix, numbers } = fresh(3);
    await add({ phoneNumber: numbers[0], reason: 'said: "no", twice' });
    await add({ phoneNumber: numbers[1], reason: '=1+1', expiresAt: inYears(1) });
    await add({ phoneNumber: numbers[2], campaignId });
    const query = `phoneNumber=${prefix.slice(1)}`;
    const { type, text } = await exported(query);
    expect(type).toBe('text/csv; charset=utf-8');
    const [header, ...rows] = text.trim().split('\n');
    expect(header).toBe('phoneNumber,campaignId,reason,source,expiresAt,createdAt');
    expect(rows[0]).toMatch(`${numbers[0]},,"said: ""no"", twice",,,`);
    expect(rows[1]).toMatch(`${numbers[1]},,'=1+1,,`);
    expect(rows[2]).toMatch(`${numbers[2]},${campaignId},`);
    for (const { id } of (await list(query)).data) await app.delete(`/suppressions/${id}`);
    expect((await upload(text)).body.data).toMatchObject({ added: 3, errors: [] });
    const back = (await list(query)).data.find(({ phoneNumber }) => phoneNumber === numbers[0]);
    expect(back?.reason).toBe('said: "no", twice');
  });

  it('should forget the entries of a campaign with the campaign', async () => {
    const { numbers } = fresh(1);
    const made = await app.post<One>('/campaigns', { name: 'Short' });
    const entry = await add({ phoneNumber: numbers[0], campaignId: made.body.data.id });
    await app.delete(`/campaigns/${made.body.data.id}`);
    expect((await app.get(`/suppressions/${entry.body.data.id}`)).status).toBe(404);
  });
});
