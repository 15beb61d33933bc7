import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_WORKSPACE_ID } from '../../../src/database/index.js';
import { KeysService } from '../../../src/webhooks/keys.service.js';
import { insertCampaignCall } from '../../factories/campaign.factory.js';
import { leadBodies } from '../../factories/lead.factory.js';
import { waitFor } from '../../support/wait-for.js';
import { create, rowsOf, startTwoWorkspaces, tablesWith, upload, type TwoWorkspaces } from './world.js';

/** The account has it, beside those of the configuration, which are the default workspace's. */
const FROM = '+12025550101';
/** How rows of tables without a workspace of their own to compare with say whose they are. */
const PARENTS = {
  campaign_id: 'campaigns',
  call_id: 'calls',
  lead_id: 'leads',
  import_id: 'lead_imports',
  phone_number_id: 'phone_numbers',
};

describe('dialling for two workspaces', () => {
  let world: TwoWorkspaces;
  beforeAll(async () => {
    world = await startTwoWorkspaces();
  });
  afterAll(() => world.close());

  const totalsOf = async (id: string) =>
    (await world.theirs.get<{ data: Record<string, number> }>(`/campaigns/${id}/stats`)).body.data;

  /** Rows that do not belong to the workspace of what they are part of. */
  async function strays(): Promise<string[]> {
    const found: string[] = [];
    for (const [column, parent] of Object.entries(PARENTS)) {
      for (const table of await tablesWith(world.sql, column)) {
        const { rows } = await world.sql.query<{ row: string }>(
          `SELECT t::text AS row FROM ${table} t JOIN ${parent} p ON p.id = t.${column} WHERE p.workspace_id <> t.workspace_id`,
        );
        found.push(...rows.map(({ row }) => `${table}: ${row}`));
      }
    }
    return found;
  }

  it('should refuse to call from numbers that another one has', async () => {
    const { theirs } = world;
    const id = await create(theirs, '/campaigns', { name: 'Numberless' });
    const ids = await theirs.get<{ data: { numbers: unknown[] } }>(`/campaigns/${id}/caller-ids`);
    expect(ids.body.data.numbers).toEqual([]);
    expect((await theirs.put(`/campaigns/${id}`, { callerIds: [FROM] })).status).toBe(400);
  });

  it('should write every row for the workspace of its campaign', async () => {
    const { theirs, sql, app, theirId, theirHeader } = world;
    const ours = await rowsOf(sql, DEFAULT_WORKSPACE_ID);
    await create(theirs, '/phone-numbers', { phoneNumber: FROM, cps: 50 });
    const agentId = await create(theirs, '/agents', { name: 'Theirs', maxConcurrentCalls: 5 });
    const id = await create(theirs, '/campaigns', { name: 'Theirs', callDelay: 1 });
    await theirs.post(`/campaigns/${id}/agents`, { agentId });
    await theirs.post(`/campaigns/${id}/leads/bulk`, { leads: leadBodies(3) });
    await upload(app.url, id, 'phoneNumber\n+33199000010\nnone\n', theirHeader);
    const form = new FormData();
    form.append('file', new Blob(['phoneNumber\n+33199000011\nnone\n']), 'leads.csv');
    const url = `${app.url}/api/v1/campaigns/${id}/leads/imports`;
    expect((await fetch(url, { method: 'POST', body: form, headers: theirHeader })).status).toBe(202);
    await waitFor(async () => (await totalsOf(id)).totalLeads === 5, { message: 'five leads' });
    expect((await theirs.post(`/campaigns/${id}/start`)).status).toBe(200);
    await waitFor(async () => (await totalsOf(id)).totalCalls === 5, { message: 'five calls' });
    expect(await strays()).toEqual([]);
    expect(Object.keys(await rowsOf(sql, theirId))).toEqual(
      expect.arrayContaining([
        ...[
          'agents',
          'call_events',
          'calls',
          'campaign_agents',
          'campaign_counters',
          'campaign_runs',
          'campaigns',
        ],
        ...['dial_turns', 'lead_import_refusals', 'lead_imports', 'leads', 'phone_numbers'],
      ]),
    );
    const { leases: _, callback_tallies: __, ...now } = await rowsOf(sql, DEFAULT_WORKSPACE_ID);
    const { leases: ___, callback_tallies: ____, ...then } = ours;
    expect(now).toEqual(then);
    const exported = await fetch(`${app.url}/api/v1/campaigns/${id}/calls/export`, { headers: theirHeader });
    expect((await exported.text()).trim().split('\n')).toHaveLength(6);
    expect((await world.ours.get(`/campaigns/${id}/calls`)).status).toBe(404);
  });

  it('should call no number twice at once, and say nothing of the other call', async () => {
    const { theirs, ours, sql } = world;
    const phoneNumber = '+33199000020';
    const ourCampaign = await create(ours, '/campaigns', { name: 'Ours' });
    const call = await insertCampaignCall(sql, ourCampaign, { phone_number: phoneNumber, carrier_sid: null });
    const id = await create(theirs, '/campaigns', { name: 'Busy', callDelay: 0 });
    const leadId = await create(theirs, `/campaigns/${id}/leads`, { phoneNumber });
    await theirs.post(`/campaigns/${id}/start`);
    const blocked = async () => {
      const lead = await theirs.get<{ data: { blockedReason: string | null } }>(
        `/campaigns/${id}/leads/${leadId}`,
      );
      return lead.body.data.blockedReason === 'number_busy';
    };
    await waitFor(blocked, { message: 'the lead to wait for its number' });
    const explained = JSON.stringify((await theirs.get(`/campaigns/${id}/leads/${leadId}/explain`)).body);
    expect(explained).toContain('number_busy');
    for (const told of [call, ourCampaign]) expect(explained).not.toContain(told);
    expect((await totalsOf(id)).totalCalls).toBe(0);
    // Theirs is woken by the end of ours, whosever it is.
    await sql.query(
      `UPDATE calls SET status = 'failed', outcome = 'failed', ended_at = clock_timestamp() WHERE id = $1`,
      [call],
    );
    await waitFor(async () => (await totalsOf(id)).totalCalls === 1, {
      timeoutMs: 15_000,
      message: 'the call',
    });
  });

  it('should hold a number off the list of one workspace only', async () => {
    const { theirs, ours, sql, theirId, app } = world;
    const phoneNumber = '+33199000030';
    const ourCampaign = await create(ours, '/campaigns', { name: 'Suppressed', callDelay: 0 });
    const theirCampaign = await create(theirs, '/campaigns', { name: 'Not suppressed', callDelay: 0 });
    await create(ours, `/campaigns/${ourCampaign}/leads`, { phoneNumber });
    const theirLead = await create(theirs, `/campaigns/${theirCampaign}/leads`, { phoneNumber });
    await create(ours, '/suppressions', { phoneNumber });
    await ours.post(`/campaigns/${ourCampaign}/start`);
    await theirs.post(`/campaigns/${theirCampaign}/start`);
    await waitFor(async () => (await totalsOf(theirCampaign)).totalCalls === 1, { message: 'the call' });
    const failed = await ours.get<{ data: { failed: number } }>(`/campaigns/${ourCampaign}/stats`);
    expect(failed.body.data.failed).toBe(1);
    // A key pressed in their call is about their calls.
    const { rows } = await sql.query<{ id: string }>('SELECT id FROM calls WHERE lead_id = $1', [theirLead]);
    const callId = rows[0]?.id ?? '';
    const offer = { digit: '9', scope: 'all' as const, workspaceId: DEFAULT_WORKSPACE_ID };
    await app.app.get(KeysService, { strict: false }).pressed({ callId, digit: '9', offer, to: phoneNumber });
    const entries = await sql.query(
      `SELECT workspace_id FROM suppressions WHERE phone_number = $1 AND source = 'keypress'`,
      [phoneNumber],
    );
    expect(entries.rows).toEqual([{ workspace_id: theirId }]);
  });
});
