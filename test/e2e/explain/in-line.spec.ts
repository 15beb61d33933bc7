import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertCampaignLead } from '../../factories/campaign.factory.js';
import { waitFor } from '../../support/wait-for.js';
import type { Case } from './rows.js';
import { ExplainWorld, FAST, FOREVER_MS } from './world.js';

const UNKNOWN = '01930000-0000-7000-8000-000000000000';
const LONG = { outcome: 'answered', talkMs: FOREVER_MS };

interface Call {
  id: string;
  status: string;
  outcome: string | null;
  errorCode: string | null;
}

let world: ExplainWorld;

beforeAll(async () => {
  world = await ExplainWorld.start({ RECONCILE_INTERVAL_MS: '100' });
});
afterAll(() => world.close());

describe('who is next', () => {
  it('should tell that a lead may be called, and it is', async () => {
    const { campaignId } = await world.inCall();
    const [first = '', second = ''] = world.numbers(2);
    // While the campaign's row is held nobody claims: a lead that may be called can be looked at before it is.
    const release = await world.rows.hold('campaigns', campaignId);
    // Behind the back of the dialer, which learns of leads that come over the API.
    for (const phone_number of [first, second])
      await insertCampaignLead(world.rows.db, campaignId, { phone_number });
    const leads = [first, second].map((number): Case => ({ campaignId, number }));
    for (const [ahead, lead] of leads.entries()) {
      expect(await world.explain(lead)).toMatchObject({
        ...{ callable: true, reason: null, reasons: [], waitsFor: null, leadStatus: 'pending' },
        ...{ nextAttemptAt: expect.any(String) as string, place: { ahead, isCapped: false } },
      });
      expect(await world.placements(lead.number)).toBe(0);
    }
    await release();
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
    const ids = await Promise.all(
      [{ campaignId, number: talking }, ...leads].map((lead) => world.rows.lead(lead)),
    );
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
    const { id } = await world.rows.lead(lead);
    expect((await world.app.get(`/campaigns/${other}/leads/${id}/explain`)).status).toBe(404);
  });
});

/** Why a queued call was taken back, as its lead's history and its events tell it. */
describe('a call that was withdrawn', () => {
  const act = (action: 'pause' | 'stop') => async (campaignId: string) => {
    expect((await world.dialer.act(campaignId, action)).status).toBe(200);
  };

  it.each<[string, string, string, (campaignId: string, number: string) => Promise<unknown>]>([
    ['a pause', 'CAMPAIGN_PAUSED', 'campaign_paused', act('pause')],
    ['a stop', 'CAMPAIGN_STOPPED', 'campaign_stopped', act('stop')],
    ['a suppression', 'SUPPRESSED', 'suppressed', (_, number) => world.suppress(number)],
    [
      'a window that closed',
      'WINDOW_CLOSED',
      // The next call of the lead waits in line by now: its window closed for the first one alone.
      'in_call',
      // Until a window of minutes closes would be a minute.
      (campaignId) =>
        world.rows.db.query(
          `UPDATE calls SET dial_before = clock_timestamp() WHERE campaign_id = $1 AND status = 'queued'`,
          [campaignId],
        ),
    ],
  ])('should tell %s', async (_, code, reason, withdraw) => {
    const numbers = world.numbers(2);
    const [, number = ''] = numbers;
    const campaignId = await world.started({ callDelay: FOREVER_MS }, numbers);
    const lead = { campaignId, number };
    await world.waitForTurn(lead);
    const { id } = await world.rows.lead(lead);
    const [queued] = await callsOf(campaignId, id);
    await withdraw(campaignId, number);
    const path = `/calls/${queued?.id}`;
    const { data } = await waitFor(
      async () => {
        const { body } = await world.app.get<{ data: Call & { events: object[] } }>(path);
        return body.data.status === 'canceled' ? body : null;
      },
      { message: 'a withdrawn call' },
    );
    expect(data).toMatchObject({ outcome: 'canceled', errorCode: code, carrierSid: null });
    expect(data.events.at(-1)).toMatchObject({ type: 'call.withdrawn', status: 'canceled', data: { code } });
    await world.explained(lead, reason);
    expect(await world.placements(number)).toBe(0);
  });

  async function callsOf(campaignId: string, leadId: string): Promise<Call[]> {
    const { body } = await world.app.get<{ data: Call[] }>(`/campaigns/${campaignId}/calls?leadId=${leadId}`);
    return body.data;
  }
});
