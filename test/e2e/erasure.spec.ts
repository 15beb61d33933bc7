import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../src/common/index.js';
import { DEFAULT_WORKSPACE_ID } from '../../src/database/index.js';
import { IdempotencyKeysRepository } from '../../src/journal/idempotency/idempotency-keys.repository.js';
import { nameOf } from '../../src/journal/idempotency/keeping.js';
import { insertCampaignCall, insertCampaignLead } from '../factories/campaign.factory.js';
import { insertRow } from '../factories/sql.js';
import { waitFor } from '../support/wait-for.js';
import { create, startTwoWorkspaces, tablesOf, upload, type TwoWorkspaces } from './workspaces/world.js';

const NAME = 'Zebedee Quirkington';
const NUMBER = '+12025550142';
const OTHER = '+12025550143';
const KEY = { 'Idempotency-Key': 'the-person' };
/** However it is written. */
const TRACES = /zebedee|quirkington|202\D*555\D*0142/i;

describe('erasing a person', () => {
  let world: TwoWorkspaces;
  beforeAll(async () => {
    world = await startTwoWorkspaces();
  });
  afterAll(() => world.close());

  /** Every row of every table in which the person stands. */
  async function traces(): Promise<string[]> {
    const found: string[] = [];
    for (const table of await tablesOf(world.sql)) {
      const { rows } = await world.sql.query<{ row: string }>(`SELECT t::text AS row FROM ${table} t`);
      found.push(...rows.filter(({ row }) => TRACES.test(row)).map(({ row }) => `${table}: ${row}`));
    }
    return found;
  }

  const numbersOf = async (campaignId: string) =>
    (await world.ours.get<{ data: Record<string, unknown> }>(`/campaigns/${campaignId}/stats`)).body.data;

  async function recountOf(campaignId: string): Promise<Record<string, number>> {
    const { rows } = await world.sql.query<{ status: string; count: number }>(
      'SELECT status, count(*)::int AS count FROM leads WHERE campaign_id = $1 GROUP BY status',
      [campaignId],
    );
    return {
      pending: 0,
      failed: 0,
      completed: 0,
      ...Object.fromEntries(rows.map((r) => [r.status, r.count])),
    };
  }

  /** A campaign that has called the person, and another lead. */
  async function called(): Promise<{ id: string; leadId: string }> {
    const { ours } = world;
    const id = await create(ours, '/campaigns', { name: 'Called', callDelay: 0 });
    const metadata = { note: `Ask ${NAME} for tea` };
    const lead = { phoneNumber: NUMBER, name: NAME, metadata };
    const keyed = await ours.post<{ data: { id: string } }>(`/campaigns/${id}/leads`, lead, KEY);
    const leadId = keyed.body.data.id;
    await create(ours, `/campaigns/${id}/leads`, { phoneNumber: OTHER, name: 'Somebody Else' });
    await ours.post(`/campaigns/${id}/start`);
    await waitFor(async () => (await numbersOf(id)).totalCalls === 2, { message: 'two calls' });
    return { id, leadId };
  }

  it('should leave neither number nor name in the database, and every count', async () => {
    const { ours, sql, app } = world;
    const { id, leadId } = await called();
    const waiting = await create(ours, '/campaigns', { name: 'Waiting' });
    await create(ours, `/campaigns/${waiting}/leads`, { phoneNumber: NUMBER, name: `${NAME} (2)` });
    const csv = `phoneNumber,name,priority\n(202) 555-0142 ext,x,1\n12,"Mr. ${NAME.toUpperCase()}",1\n34,Somebody,1\n${OTHER},,\n`;
    const { importId } = await upload(app.url, waiting, csv, {});
    await sql.query('UPDATE lead_imports SET file_name = $1 WHERE id = $2', [`${NAME}.csv`, importId]);
    const words = { error_code: '21211', error_message: `The number ${NUMBER} is not valid` };
    const leadless = await insertCampaignCall(sql, id, { phone_number: NUMBER, status: 'failed', ...words });
    // Taken back before the carrier had it; its lead has another number since.
    const { rows: others } = await sql.query('SELECT id FROM leads WHERE phone_number = $1', [OTHER]);
    const withdrawn = { phone_number: NUMBER, status: 'canceled', lead_id: others[0].id };
    await insertCampaignCall(sql, id, withdrawn);
    const data = JSON.stringify({ code: '21211', message: words.error_message });
    await insertRow(sql, 'call_events', { call_id: leadless, type: 'call.refused', data });
    const reason = JSON.stringify({ code: 'CARRIER_AUTH', message: words.error_message });
    await sql.query('UPDATE campaigns SET paused_reason = $1 WHERE id = $2', [reason, waiting]);
    expect((await traces()).length).toBeGreaterThanOrEqual(8);
    const answers = async () => (await traces()).filter((trace) => trace.startsWith('idempotency_keys'));
    expect(await answers()).toHaveLength(1);
    const before = [await numbersOf(id), await numbersOf(waiting)];

    const answer = await ours.delete(`/campaigns/${id}/leads/${leadId}?erase=true`);
    expect(answer).toMatchObject({ status: 200, body: { message: 'Person erased from 2 leads' } });
    expect(await traces()).toEqual([]);
    const [atCalled, atWaiting] = before;
    expect(await numbersOf(id)).toEqual(atCalled);
    // Who waited to be called never will be.
    expect(await numbersOf(waiting)).toMatchObject({
      totalLeads: atWaiting?.totalLeads,
      pending: 1,
      failed: 1,
    });
    for (const campaign of [id, waiting])
      expect(await numbersOf(campaign)).toMatchObject(await recountOf(campaign));
    const { rows } = await sql.query(
      `SELECT (SELECT refused FROM lead_imports WHERE id = $1) AS refused,
         (SELECT count(*)::int FROM lead_import_refusals WHERE import_id = $1) AS kept,
         (SELECT count(*)::int FROM lead_import_refusals WHERE import_id = $1 AND reason = 'erased') AS erased,
         (SELECT data FROM call_events WHERE call_id = $2) AS data`,
      [importId, leadless],
    );
    expect(rows).toEqual([{ refused: 3, kept: 3, erased: 2, data: { code: '21211' } }]);
    const lead = await ours.get<{ data: object }>(`/campaigns/${id}/leads/${leadId}`);
    expect(lead.body.data).toMatchObject({ phoneNumber: `erased:${leadId}`, name: null, reason: 'erased' });
    // Sent again, the person does not come back.
    const resent = { phoneNumber: NUMBER, name: NAME, metadata: { note: `Ask ${NAME} for tea` } };
    const repeated = await ours.post<{ code: string }>(`/campaigns/${id}/leads`, resent, KEY);
    expect([repeated.status, repeated.body.code]).toEqual([409, 'IDEMPOTENT_ANSWER_LOST']);
    const again = await ours.delete(`/campaigns/${id}/leads/${leadId}?erase=true`);
    expect(again).toMatchObject({ status: 200, body: { message: 'Person erased from 0 leads' } });
  });

  it('should keep the number on the do-not-call list, and nothing beside it', async () => {
    const { ours } = world;
    const id = await create(ours, '/campaigns', { name: 'Suppressed' });
    const leadId = await create(ours, `/campaigns/${id}/leads`, { phoneNumber: NUMBER, name: NAME });
    const entry = await create(ours, '/suppressions', { phoneNumber: NUMBER, reason: `${NAME} asked` });
    await ours.delete(`/campaigns/${id}/leads/${leadId}?erase=true`);
    expect(await traces()).toEqual([expect.stringContaining(`suppressions: (${entry},`)]);
    expect((await ours.get<{ data: object }>(`/suppressions/${entry}`)).body.data).toMatchObject({
      reason: null,
    });
    await ours.delete(`/suppressions/${entry}`);
    expect(await traces()).toEqual([]);
  });

  it('should be of a number alone, in whatever is left of the person', async () => {
    const { ours, theirs, sql, app } = world;
    const id = await create(ours, '/campaigns', { name: 'Left' });
    const call = { phone_number: NUMBER, status: 'failed', error_message: `${NUMBER} is not valid` };
    await insertCampaignCall(sql, id, call);
    await upload(app.url, id, 'phoneNumber\n(202) 555-0142 ext\n', {});
    const lead = await create(ours, `/campaigns/${id}/leads`, { phoneNumber: NUMBER });
    const placed = { status: 'completed', ended_at: new Date(), carrier_sid: `CA${'e'.repeat(32)}` };
    await insertCampaignCall(sql, id, { ...placed, lead_id: lead, phone_number: NUMBER });
    await ours.put(`/campaigns/${id}/leads/${lead}`, { phoneNumber: '+12025550199' });
    const kept = await create(theirs, '/campaigns', { name: 'Theirs' });
    await create(theirs, `/campaigns/${kept}/leads`, { phoneNumber: NUMBER });
    expect(await traces()).toHaveLength(4);
    const answer = await ours.post('/erasures', { phoneNumber: '+1 (202) 555-0142' });
    expect(answer).toMatchObject({ status: 200, body: { data: { leads: 0 } } });
    expect(await traces()).toEqual([expect.stringContaining('leads: ')]);
    const { rows } = await sql.query(
      `SELECT details FROM audit_entries WHERE action = 'lead.erased' ORDER BY id DESC LIMIT 1`,
    );
    expect(rows).toEqual([{ details: { leads: 0 } }]);
    await theirs.delete(`/campaigns/${kept}`);
  });

  it('should reach an answer that is kept only afterwards', async () => {
    const { ours, app } = world;
    const id = await create(ours, '/campaigns', { name: 'Under way' });
    const leadId = await create(ours, `/campaigns/${id}/leads`, { phoneNumber: NUMBER, name: NAME });
    const keys = app.app.get(IdempotencyKeysRepository, { strict: false });
    const hold = (await keys.take(DEFAULT_WORKSPACE_ID, nameOf('under-way'), 'f'))!;
    await keys.markDone(undefined, hold, { action: 'lead.created', entityId: leadId });
    expect((await ours.post('/erasures', { phoneNumber: NUMBER })).status).toBe(200);
    await keys.keep(hold, { status: 201, body: JSON.stringify({ phoneNumber: NUMBER }) });
    expect(await traces()).toEqual([]);
    const known = await keys.find(DEFAULT_WORKSPACE_ID, nameOf('under-way'));
    expect(known).toMatchObject({ done: `lead.created ${leadId}`, answer: null, isHeld: false });
  });

  it.each([
    ['while the person is in a call', 'LEAD_IN_CALL', `UPDATE leads SET status = 'calling' WHERE id = $1`],
    ['while a file is imported', 'IMPORT_IN_PROGRESS', undefined],
  ])('should be refused %s', async (_, code, moved) => {
    const { ours, sql } = world;
    const id = await create(ours, '/campaigns', { name: 'Busy' });
    const leadId = await insertCampaignLead(sql, id, { phone_number: NUMBER, name: NAME });
    if (moved) await sql.query(moved, [leadId]);
    // A worker is at it, and was heard just now.
    const row = { id: newId(), campaign_id: id, status: 'running', bytes: 1, holder: newId() };
    if (!moved) await insertRow(sql, 'lead_imports', row);
    const answer = await ours.delete<{ code: string }>(`/campaigns/${id}/leads/${leadId}?erase=true`);
    expect([answer.status, answer.body.code]).toEqual([400, code]);
    expect(await traces()).toHaveLength(1);
    await sql.query('DELETE FROM lead_imports WHERE id = $1', [row.id]);
    await sql.query('DELETE FROM leads WHERE id = $1', [leadId]);
  });

  it('should leave another workspace its own', async () => {
    const { ours, theirs, sql } = world;
    const id = await create(ours, '/campaigns', { name: 'Ours' });
    const leadId = await create(ours, `/campaigns/${id}/leads`, { phoneNumber: NUMBER, name: NAME });
    const other = await create(theirs, '/campaigns', { name: 'Theirs' });
    const theirLead = await create(theirs, `/campaigns/${other}/leads`, { phoneNumber: NUMBER, name: NAME });
    await ours.delete(`/campaigns/${id}/leads/${leadId}?erase=true`);
    const { rows } = await sql.query('SELECT id FROM leads WHERE phone_number = $1', [NUMBER]);
    expect(rows).toEqual([{ id: theirLead }]);
    await theirs.delete(`/campaigns/${other}/leads/${theirLead}?erase=true`);
    expect(await traces()).toEqual([]);
  });

  it('should be asked for in words that say so', async () => {
    const id = await create(world.ours, '/campaigns', { name: 'Words' });
    const leadId = await create(world.ours, `/campaigns/${id}/leads`, { phoneNumber: OTHER });
    expect((await world.ours.delete(`/campaigns/${id}/leads/${leadId}?erase=yes`)).status).toBe(400);
    expect((await world.ours.get(`/campaigns/${id}/leads/${leadId}`)).status).toBe(200);
  });
});
