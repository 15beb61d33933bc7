import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type Answer, type TestApp } from '../../support/app.js';
import { waitFor } from '../../support/wait-for.js';

/** Answers after half a second and talks for five minutes (docs/simulator.md): the call is open as long as we look. */
const LONG_TALK = '+14155550114';
const WAITING = '+12025550120';

interface Body {
  success: boolean;
  code?: string;
  data: { id: string; status: string };
}

interface Ledger {
  placements: { to: string; status: string }[];
  open: number;
}

/** Each rule of the contract, met by a campaign that really runs: the carrier has a person on the line. */
describe('the rules of the contract while a call is in progress', () => {
  let app: TestApp;
  let campaign: string;
  let agent: string;
  let inCall: string;
  let waiting: string;

  beforeAll(async () => {
    app = await startTestApp();
    agent = await create('/agents', { name: 'Sales Agent' });
    campaign = await create('/campaigns', { name: 'Q4 Sales Campaign', maxConcurrent: 1, callDelay: 0 });
    await create(`/campaigns/${campaign}/agents`, { agentId: agent });
    inCall = await create(`/campaigns/${campaign}/leads`, { phoneNumber: LONG_TALK, priority: 2 });
    waiting = await create(`/campaigns/${campaign}/leads`, { phoneNumber: WAITING, priority: 1 });
    await app.post(`/campaigns/${campaign}/start`);
    await waitFor(async () => (await ledger()).placements[0]?.status === 'in-progress', {
      message: 'a talk',
    });
  });
  afterAll(() => app.close());

  async function create(path: string, body: object): Promise<string> {
    const answer = await app.post<Body>(path, body);
    expect([path, answer.status]).toEqual([path, 201]);
    return answer.body.data.id;
  }

  async function ledger(): Promise<Ledger> {
    return (await (await fetch(`${app.simulator.url}/ledger`)).json()) as Ledger;
  }

  function expectRefused(answer: Answer<Body>, code: string): void {
    expect([answer.status, answer.body.success, answer.body.code]).toEqual([400, false, code]);
  }

  it('should not update an active campaign', async () => {
    expectRefused(await app.put<Body>(`/campaigns/${campaign}`, { maxConcurrent: 5 }), 'CAMPAIGN_ACTIVE');
    expect((await app.get(`/campaigns/${campaign}`)).body).toMatchObject({ data: { maxConcurrent: 1 } });
  });

  it('should not delete an active campaign', async () => {
    expectRefused(await app.delete<Body>(`/campaigns/${campaign}`), 'CAMPAIGN_ACTIVE');
  });

  it('should not start an active campaign again', async () => {
    expectRefused(await app.post<Body>(`/campaigns/${campaign}/start`), 'CAMPAIGN_ACTIVE');
  });

  it('should not delete a lead that is on the line', async () => {
    expectRefused(await app.delete<Body>(`/campaigns/${campaign}/leads/${inCall}`), 'LEAD_IN_CALL');
    expect((await app.get(`/campaigns/${campaign}/leads/${inCall}`)).body).toMatchObject({
      data: { status: 'calling' },
    });
  });

  it('should not delete all leads of an active campaign', async () => {
    expectRefused(await app.delete<Body>(`/campaigns/${campaign}/leads`), 'CAMPAIGN_ACTIVE');
    expect((await app.get(`/campaigns/${campaign}/leads`)).body).toMatchObject({ pagination: { total: 2 } });
  });

  it('should not delete an agent that works for an active campaign', async () => {
    expectRefused(await app.delete<Body>(`/agents/${agent}`), 'AGENT_IN_USE');
  });

  it('should have disturbed nobody: one call, still in progress', async () => {
    const { placements, open } = await ledger();
    expect(placements.map(({ to, status }) => [to, status])).toEqual([[LONG_TALK, 'in-progress']]);
    expect(open).toBe(1);
  });

  it('should delete a lead that waits, and after stop and hang-up all the rest', async () => {
    expect((await app.delete(`/campaigns/${campaign}/leads/${waiting}`)).status).toBe(200);
    expect((await app.post(`/campaigns/${campaign}/stop?hangup=true`)).status).toBe(200);
    await waitFor(async () => (await app.delete(`/campaigns/${campaign}/leads`)).status === 200, {
      message: 'the hung-up call to end',
    });
    expect((await app.delete(`/agents/${agent}`)).status).toBe(200);
    expect((await app.delete(`/campaigns/${campaign}`)).status).toBe(200);
    expect((await ledger()).open).toBe(0);
  });
});
