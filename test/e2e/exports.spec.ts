import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { unguardFormula } from '../../src/common/formula.js';
import { insertCampaignCall } from '../factories/campaign.factory.js';
import { fictionalNumber, leadBodies, moveLead } from '../factories/lead.factory.js';
import { LeadsWorld, UNKNOWN_ID, type LeadBody } from './leads-world.js';

type Row = Record<string, string>;

const PLAIN = { name: 'Zoë "the" Doe, Jr.', priority: -5, metadata: { a: [1, '2,"3"'], b: 'line\nbreak' } };
const FORMULAS = ['=HYPERLINK("http://x","y")', '+1+cmd|x', '-2+3', '@SUM(A1)', "'=1", "O'Neil"];

describe('exports over HTTP', () => {
  let world: LeadsWorld;

  beforeAll(async () => {
    world = await LeadsWorld.start();
  });
  afterAll(() => world.close());
  beforeEach(() => world.newCampaign());

  const url = (query = '', what = 'leads'): string =>
    `${world.app.url}/api/v1/campaigns/${world.campaignId}/${what}/export${query}`;
  const download = async (query = '', what = 'leads'): Promise<string> =>
    (await fetch(url(query, what))).text();
  const rowsOf = (csv: string): Row[] => parse(csv, { columns: true });

  /** What an import makes of a lead. */
  async function stored(): Promise<unknown[]> {
    const { rows } = await world.sql.query<Row>(
      'SELECT phone_number, name, priority, metadata FROM leads WHERE campaign_id = $1 ORDER BY phone_number',
      [world.campaignId],
    );
    return rows;
  }

  /** More than two batches. */
  async function fill(): Promise<void> {
    await world.app.post(`${world.path}/bulk`, { leads: leadBodies(2500) });
    await world.add({ phoneNumber: '+12025550143', ...PLAIN });
    await world.add({ phoneNumber: '+447700900123', name: null, metadata: null });
  }

  it('should import its CSV file again as the same leads', async () => {
    await fill();
    const before = await stored();
    const form = new FormData();
    form.append('file', new Blob([await download('?columns=import')], { type: 'text/csv' }), 'leads.csv');
    await world.newCampaign();
    const answer = await fetch(`${world.app.url}/api/v1${world.path}/upload`, { method: 'POST', body: form });
    expect(((await answer.json()) as LeadBody).data).toMatchObject({
      uploaded: 2502,
      duplicates: 0,
      errors: [],
    });
    expect(await stored()).toEqual(before);
  });

  it('should take its JSON lines again as the same leads, formulas and all', async () => {
    await fill();
    for (const [n, name] of FORMULAS.entries())
      await world.add({ phoneNumber: fictionalNumber(5000 + n), name });
    const before = await stored();
    const lines = (await download('?columns=import&format=jsonl')).trimEnd().split('\n');
    await world.newCampaign();
    const leads = lines.map((line) => JSON.parse(line) as object);
    const { body } = await world.app.post<LeadBody>(`${world.path}/bulk`, { leads });
    expect(body.data).toMatchObject({ created: 2508 });
    expect(await stored()).toEqual(before);
  });

  it('should keep numbers in E.164 and let no spreadsheet run a cell', async () => {
    for (const [n, name] of FORMULAS.entries()) await world.add({ phoneNumber: fictionalNumber(n), name });
    const rows = rowsOf(await download());
    expect(rows.map((row) => row.phoneNumber)).toEqual(FORMULAS.map((_, n) => fictionalNumber(n)));
    expect(rows.map((row) => row.name?.charAt(0))).toEqual(["'", "'", "'", "'", "'", 'O']);
    expect(rows.map((row) => unguardFormula(row.name ?? ''))).toEqual(FORMULAS);
  });

  it('should tell what came of the leads, with the filters of the list', async () => {
    const [first, second] = [await world.add(), await world.add({ phoneNumber: fictionalNumber(1) })];
    await moveLead(world.sql, second, 'failed');
    await world.sql.query(`UPDATE leads SET reason = 'busy', attempts = 2 WHERE id = $1`, [second]);
    expect(rowsOf(await download()).map((row) => row.id)).toEqual([first, second]);
    expect(rowsOf(await download('?sort=-createdAt')).map((row) => row.id)).toEqual([second, first]);
    expect(rowsOf(await download('?outcome=busy'))).toMatchObject([
      { id: second, status: 'failed', reason: 'busy', attempts: '2', nextAttemptAt: '' },
    ]);
    const [line] = (await download('?status=failed&format=jsonl')).trimEnd().split('\n');
    expect(JSON.parse(line ?? '')).toMatchObject({ id: second, attempts: 2, nextAttemptAt: null });
  });

  it('should export calls, newest first', async () => {
    const ended = {
      status: 'completed',
      outcome: 'answered',
      duration_ms: 8000,
      ended_at: '2026-11-22T10:00:00Z',
    };
    const first = await insertCampaignCall(world.sql, world.campaignId, ended);
    const second = await insertCampaignCall(world.sql, world.campaignId);
    const rows = rowsOf(await download('', 'calls'));
    expect(rows.map((row) => row.id)).toEqual([second, first]);
    expect(rows[1]).toMatchObject({ duration: '8000', endedAt: '2026-11-22T10:00:00.000Z', leadId: '' });
    expect(rows[1]?.phoneNumber).toMatch(/^\+1/);
    expect(rowsOf(await download('?outcome=answered', 'calls')).map((row) => row.id)).toEqual([first]);
  });

  it('should be a file, a header alone where there is nothing', async () => {
    const csv = await fetch(url());
    expect(csv.status).toBe(200);
    expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(csv.headers.get('content-disposition')).toBe(
      `attachment; filename="leads-${world.campaignId}.csv"`,
    );
    expect(csv.headers.get('cache-control')).toBe('no-store');
    expect(await csv.text()).toMatch(/^phoneNumber,name,priority,metadata,timezone,id,[^\n]*\n$/);
    const lines = await fetch(url('?format=jsonl', 'calls'));
    expect(lines.headers.get('content-type')).toBe('application/x-ndjson; charset=utf-8');
    expect(lines.headers.get('content-disposition')).toMatch(/calls-.*\.jsonl"$/);
    expect(await lines.text()).toBe('');
  });

  it.each([
    ['an unknown campaign', `/campaigns/${UNKNOWN_ID}/leads/export`, 404, 'CAMPAIGN_NOT_FOUND'],
    ['an unknown campaign of calls', `/campaigns/${UNKNOWN_ID}/calls/export`, 404, 'CAMPAIGN_NOT_FOUND'],
    ['another format', '/leads/export?format=xml', 400, 'VALIDATION_FAILED'],
    ['a page', '/leads/export?page=1', 400, 'VALIDATION_FAILED'],
    ['a cursor', '/calls/export?cursor=x', 400, 'VALIDATION_FAILED'],
    ['a wrong filter', '/leads/export?status=done', 400, 'VALIDATION_FAILED'],
  ])('should refuse %s in the envelope', async (_, path, expected, code) => {
    const whole = path.startsWith('/campaigns') ? path : `/campaigns/${world.campaignId}${path}`;
    const { status, body } = await world.app.get<LeadBody>(whole);
    expect([status, body.code]).toEqual([expected, code]);
  });
});
