import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../support/app.js';
import { DIRTY_FILES, type DirtyFile } from './dirty-files.js';

interface Body {
  code?: string;
  data: {
    uploaded: number;
    total: number;
    duplicates: number;
    refused: number;
    errors: { line: number; error: string }[];
  };
}

/** More are kept, to be downloaded. */
const LISTED = 100;
const RANGE = '+447700900';

describe(`a corpus of ${DIRTY_FILES.length} dirty files`, () => {
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

  async function upload({ name, country, file }: DirtyFile): Promise<{ body: Body; campaignId: string }> {
    const wanted = { name: name.slice(0, 100), ...(country && { defaultCountry: country }) };
    const campaign = await app.post<{ data: { id: string } }>('/campaigns', wanted);
    const campaignId = campaign.body.data.id;
    const form = new FormData();
    form.append('file', new Blob([typeof file === 'string' ? file : new Uint8Array(file)]), 'leads.csv');
    const url = `${app.url}/api/v1/campaigns/${campaignId}/leads/upload`;
    const answer = await fetch(url, { method: 'POST', body: form });
    return { body: (await answer.json()) as Body, campaignId };
  }

  /** As the corpus writes them. */
  async function leadsOf(campaignId: string): Promise<string[]> {
    const { rows } = await sql.query<{ phone: string; name: string | null }>(
      'SELECT phone_number AS phone, name FROM leads WHERE campaign_id = $1 ORDER BY id',
      [campaignId],
    );
    const short = (phone: string) =>
      phone.startsWith(RANGE) ? String(Number(phone.slice(RANGE.length))) : phone;
    return rows.map(({ phone, name }) => [short(phone), ...(name === null ? [] : [name])].join(' '));
  }

  async function refusalsOf(campaignId: string): Promise<{ line: number; reason: string }[]> {
    const { rows } = await sql.query<{ line: number; reason: string }>(
      `SELECT line, reason FROM lead_import_refusals JOIN lead_imports ON id = import_id
        WHERE campaign_id = $1 ORDER BY line`,
      [campaignId],
    );
    return rows;
  }

  it('should name more than a hundred, each once', () => {
    expect(DIRTY_FILES.length).toBeGreaterThanOrEqual(100);
    expect(new Set(DIRTY_FILES.map(({ name }) => name)).size).toBe(DIRTY_FILES.length);
  });

  it.each(DIRTY_FILES)('should make the right leads of $name', async (dirty) => {
    const { leads = [], refused = [], duplicates = 0, code, metadata } = dirty;
    const { body, campaignId } = await upload(dirty);
    expect(await leadsOf(campaignId)).toEqual(leads);
    expect(body.code).toBe(code);
    if (code) return;
    const total = leads.length + refused.length + duplicates;
    expect(body.data).toMatchObject({ uploaded: leads.length, refused: refused.length, duplicates, total });
    expect(body.data.errors).toHaveLength(Math.min(refused.length, LISTED));
    const kept = await refusalsOf(campaignId);
    expect(kept.map(({ line }) => line)).toEqual(refused.map(([line]) => line));
    for (const [i, [, reason]] of refused.entries()) expect(kept[i]!.reason).toMatch(reason);
    if (metadata) {
      const { rows } = await sql.query('SELECT metadata FROM leads WHERE campaign_id = $1', [campaignId]);
      expect(rows[0].metadata).toEqual(metadata);
    }
  });
});
