import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertCampaignLead } from '../../factories/campaign.factory.js';
import { waitFor } from '../../support/wait-for.js';
import { ExplainWorld, FAST, FOREVER_MS, type Case } from './world.js';

const UNKNOWN = '01930000-0000-7000-8000-000000000000';
const LONG = { outcome: 'answered', talkMs: FOREVER_MS };

describe('who is next', () => {
  let world: ExplainWorld;

  beforeAll(async () => {
    world = await ExplainWorld.start();
  });
  afterAll(() => world.close());

  it('should tell that a lead may be called, and it is', async () => {
    const { campaignId } = await world.inCall();
    const [first = '', second = ''] = world.numbers(2);
    // While the campaign's row is held nobody claims: a lead that may be called can be looked at before it is.
    const holder = await world.db.connect();
    await holder.query('BEGIN');
    await holder.query('SELECT 1 FROM campaigns WHERE id = $1 FOR NO KEY UPDATE', [campaignId]);
    // Behind the back of the dialer, which learns of leads that come over the API.
    for (const phone_number of [first, second])
      await insertCampaignLead(world.db, campaignId, { phone_number });
    const leads = [first, second].map((number): Case => ({ campaignId, number }));
    for (const [ahead, lead] of leads.entries()) {
      expect(await world.explain(lead)).toMatchObject({
        ...{ callable: true, reason: null, reasons: [], waitsFor: null, leadStatus: 'pending' },
        ...{ nextAttemptAt: expect.any(String) as string, place: { ahead, isCapped: false } },
      });
      expect(await world.placements(lead.number)).toBe(0);
    }
    await holder.query('COMMIT');
    holder.release();
    const [third = ''] = world.numbers(1);
    await world.app.post(`/campaigns/${campaignId}/leads`, { phoneNumber: third });
    for (const lead of leads) {
      await world.explained(lead, 'answered');
      expect(await world.placements(lead.number)).toBe(1);
    }
  });

  it('should tell the place in line by priority, then by age', async () => {
    const talking = await world.number(LONG);
    const waiting = world.numbers(3);
    const campaignId = await world.draft({ maxConcurrent: 1 }, [talking, ...waiting]);
    const leads = waiting.map((number): Case => ({ campaignId, number }));
    const ids = await Promise.all([{ campaignId, number: talking }, ...leads].map((lead) => world.row(lead)));
    for (const [i, priority] of [9, 0, 0, 5].entries()) {
      await world.app.put(`/campaigns/${campaignId}/leads/${ids[i]?.id}`, { priority });
    }
    await world.dialer.start(campaignId);
    await waitFor(async () => (await world.placements(talking)) === 1, { message: 'a long call' });
    const told = await Promise.all(leads.map((lead) => world.explained(lead, 'slots_full')));
    expect(told.map(({ place }) => place?.ahead)).toEqual([1, 2, 0]);
  });

  it.each(['not-a-uuid', UNKNOWN])('should know no lead %s', async (id) => {
    const campaignId = await world.draft({}, world.numbers(1));
    const answer = await world.app.get(`/campaigns/${campaignId}/leads/${id}/explain`);
    expect([answer.status, answer.body.code]).toEqual([404, 'LEAD_NOT_FOUND']);
    const other = await world.app.get(`/campaigns/${id}/leads/${UNKNOWN}/explain`);
    expect([other.status, other.body.code]).toEqual([404, 'CAMPAIGN_NOT_FOUND']);
  });

  it("should not tell a lead by another campaign's id", async () => {
    const [number = ''] = world.numbers(1);
    const lead = { campaignId: await world.draft({}, [number]), number };
    const other = await world.draft({ ...FAST }, world.numbers(1));
    const { id } = await world.row(lead);
    expect((await world.app.get(`/campaigns/${other}/leads/${id}/explain`)).status).toBe(404);
  });
});
