import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../support/app.js';

interface Body {
  data: Record<string, unknown>;
  code?: string;
  errors?: { field: string }[];
}

const WRONG: [string, unknown][] = [
  ['weight', 0],
  ['weight', 101],
  ['weight', 1.5],
  ['weight', '1'],
  ['weight', null],
  ['maxCalls', 0],
  ['maxCalls', 2.5],
  ['maxCalls', '10'],
  ['maxCalls', 1_000_000_001],
  ['maxSpend', 0],
  ['maxSpend', -1],
  ['maxSpend', '5'],
  ['maxSpend', 0.1234567],
  ['maxSpend', 1e10],
];

describe('limits of a campaign', () => {
  let app: TestApp;
  let sql: pg.Client;

  beforeAll(async () => {
    app = await startTestApp({ ROLE: 'api' });
    sql = new pg.Client({ connectionString: app.database.url });
    await sql.connect();
  });
  afterAll(async () => {
    await sql.end();
    await app.close();
  });

  it('should be none by default, at the weight 1', async () => {
    const { body } = await app.post<Body>('/campaigns', { name: 'Free' });
    expect(body.data).toMatchObject({ weight: 1, maxCalls: null, maxSpend: null, estimatedSpend: 0 });
  });

  it('should be kept as they were given, amounts in whole micros', async () => {
    const limits = { weight: 7, maxCalls: 500, maxSpend: 12.345678 };
    const { body } = await app.post<Body>('/campaigns', { name: 'Limited', ...limits });
    expect(body.data).toMatchObject(limits);
    const { rows } = await sql.query<{ micros: string }>(
      'SELECT max_spend_micros AS micros FROM campaigns WHERE id = $1',
      [body.data.id],
    );
    expect(rows).toEqual([{ micros: '12345678' }]);
    const { body: freed } = await app.put<Body>(`/campaigns/${String(body.data.id)}`, { maxSpend: null });
    expect(freed.data).toMatchObject({ ...limits, maxSpend: null });
  });

  it.each(WRONG)('should refuse %s: %j', async (field, value) => {
    const answer = await app.post<Body>('/campaigns', { name: 'Wrong', [field]: value });
    expect(answer.status).toBe(400);
    expect(answer.body.code).toBe('VALIDATION_FAILED');
    expect(answer.body.errors?.map((error) => error.field)).toEqual([field]);
  });
});
