import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { insertCampaignCall } from '../factories/campaign.factory.js';
import { fictionalNumber, leadBodies, moveLead } from '../factories/lead.factory.js';
import { LeadsWorld, type LeadBody } from './leads-world.js';

describe('deleting leads over HTTP', () => {
  let world: LeadsWorld;

  beforeAll(async () => {
    world = await LeadsWorld.start();
  });
  afterAll(() => world.close());
  beforeEach(() => world.newCampaign());

  const add = (n: number): Promise<string> => world.add({ phoneNumber: fictionalNumber(n) });

  it('should delete one lead and keep its calls', async () => {
    const id = await add(1);
    const call = { lead_id: id, status: 'completed', outcome: 'answered', duration_ms: 1000 };
    const callId = await insertCampaignCall(world.sql, world.campaignId, call);
    const { status, body } = await world.app.delete<LeadBody>(`${world.path}/${id}`);
    expect([status, body.success]).toEqual([200, true]);
    expect(body.message).toEqual(expect.any(String));
    expect((await world.app.delete<LeadBody>(`${world.path}/${id}`)).body.code).toBe('LEAD_NOT_FOUND');
    const { rows } = await world.sql.query('SELECT lead_id FROM calls WHERE id = $1', [callId]);
    expect(rows).toEqual([{ lead_id: null }]);
  });

  it.each(['pending', 'completed', 'failed'])('should count a deleted %s lead off', async (status) => {
    const id = await add(1);
    await add(2);
    if (status !== 'pending') await moveLead(world.sql, id, status);
    expect((await world.app.delete(`${world.path}/${id}`)).status).toBe(200);
    await world.expectCounters({ totalLeads: 1, pending: 1 });
  });

  it('should not delete a lead that is in a call', async () => {
    const id = await add(1);
    await moveLead(world.sql, id, 'calling');
    const { status, body } = await world.app.delete<LeadBody>(`${world.path}/${id}`);
    expect([status, body.code]).toEqual([400, 'LEAD_IN_CALL']);
    await world.expectCounters({ calling: 1 });
  });

  it('should delete all leads, batch by batch', async () => {
    await world.app.post(`${world.path}/bulk`, { leads: leadBodies(6000) });
    await moveLead(world.sql, await add(7000), 'completed');
    await moveLead(world.sql, await add(7001), 'failed');
    const { status, body } = await world.app.delete<LeadBody>(world.path);
    expect(status).toBe(200);
    expect(body.data).toEqual({ deleted: 6002 });
    await world.expectCounters({ totalLeads: 0, pending: 0, completed: 0, failed: 0 });
    expect((await world.app.delete<LeadBody>(world.path)).body.data).toEqual({ deleted: 0 });
  });

  it('should not delete all leads of an active campaign', async () => {
    await add(1);
    // Asleep: the claim that a new lead asks for, in its own time, must leave it alone.
    const asleep = `UPDATE campaigns SET status = 'active', wakes_at = now() + interval '1 hour' WHERE id = $1`;
    await world.sql.query(asleep, [world.campaignId]);
    const { status, body } = await world.app.delete<LeadBody>(world.path);
    expect([status, body.code]).toEqual([400, 'CAMPAIGN_ACTIVE']);
    await world.expectCounters({ pending: 1 });
  });

  it('should not delete all leads while a call is open', async () => {
    const id = await add(1);
    await moveLead(world.sql, id, 'calling');
    await insertCampaignCall(world.sql, world.campaignId, { lead_id: id, status: 'in-progress' });
    const { status, body } = await world.app.delete<LeadBody>(world.path);
    expect([status, body.code]).toEqual([400, 'CAMPAIGN_HAS_OPEN_CALLS']);
    await world.expectCounters({ calling: 1 });
  });
});
