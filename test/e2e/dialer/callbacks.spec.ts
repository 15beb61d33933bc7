import { randomUUID } from 'node:crypto';
import twilio from 'twilio';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../support/app.js';
import { waitFor } from '../../support/wait-for.js';
import { DialerWorld, fictionalNumbers } from './world.js';

interface Call {
  id: string;
  status: string;
  carrierSid: string;
  outcome: string | null;
  events: { type: string; status: string | null }[];
}

type Form = Record<string, string>;

describe('carrier callbacks', () => {
  let app: TestApp;
  let world: DialerWorld;
  let call: Call;
  let campaignId: string;
  let taken = 0;

  beforeAll(async () => {
    app = await startTestApp();
    world = new DialerWorld(app.url, app.simulator.url);
  });

  afterAll(async () => {
    await app.close();
  });

  /** A call that rings for long: the carrier itself will say nothing more of it. */
  beforeEach(async () => {
    await world.carrier({ speed: 1, ringMs: 50_000, odds: { answered: 1 } });
    campaignId = await world.campaign({ maxConcurrent: 1, callDelay: 0 }, fictionalNumbers(1, taken++));
    await app.post('/agents', { name: 'Unused' });
    await world.start(campaignId);
    await waitFor(async () => (await latest()).status === 'ringing', { message: 'a ringing call' });
    call = await latest();
  });

  async function latest(): Promise<Call> {
    const calls = await app.get<{ data: Call[] }>(`/campaigns/${campaignId}/calls`);
    const [first] = calls.body.data;
    return (await app.get<{ data: Call }>(`/calls/${first?.id ?? randomUUID()}`)).body.data;
  }

  function form(over: Form = {}): Form {
    return {
      AccountSid: app.simulator.accountSid,
      CallSid: call.carrierSid,
      CallStatus: 'completed',
      CallDuration: '7',
      SequenceNumber: '3',
      CallbackSource: 'call-progress-events',
      ToCity: '',
      ...over,
    };
  }

  async function tell(
    parameters: Form,
    o: { token?: string; path?: string; body?: string } = {},
  ): Promise<Response> {
    const url = `${app.url}/webhooks/twilio/calls/${call.id}/${o.path ?? 'status'}`;
    const token = o.token ?? app.simulator.authToken;
    return fetch(url, {
      method: 'POST',
      headers: { 'X-Twilio-Signature': twilio.getExpectedTwilioSignature(token, url, parameters) },
      body: o.body ?? new URLSearchParams(parameters),
    });
  }

  it('should end the call exactly once, however often it is told', async () => {
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => tell(form())));
    expect(answers.map((answer) => answer.status)).toEqual([204, 204, 204, 204, 204]);
    expect(await latest()).toMatchObject({ status: 'completed', outcome: 'answered' });
    expect((await latest()).events.filter((event) => event.status === 'completed')).toHaveLength(1);
    expect(await world.stats(campaignId)).toMatchObject({
      completed: 1,
      totalCalls: 1,
      averageDuration: 7000,
    });
  });

  it('should write late and reordered news down and change nothing', async () => {
    await tell(form());
    expect((await tell(form({ CallStatus: 'ringing', SequenceNumber: '1', CallDuration: '' }))).status).toBe(
      204,
    );
    expect((await tell(form({ CallStatus: 'busy', SequenceNumber: '9' }))).status).toBe(204);
    expect(await latest()).toMatchObject({ status: 'completed', outcome: 'answered' });
    expect(await world.stats(campaignId)).toMatchObject({ completed: 1, failed: 0, totalCalls: 1 });
  });

  it.each<[string, () => Promise<Response>]>([
    ['forged', () => tell(form(), { token: 'not the token' })],
    [
      'altered after signing',
      () => tell(form(), { body: new URLSearchParams(form({ CallStatus: 'failed' })).toString() }),
    ],
    ["another account's", () => tell(form({ AccountSid: `AC${'9'.repeat(32)}` }))],
  ])('should refuse what is %s', async (_, send) => {
    const answer = await send();
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ success: false, code: 'BAD_SIGNATURE' });
    expect((await latest()).status).toBe('ringing');
  });

  it('should count every callback by what became of it', async () => {
    const counts = async () =>
      (await app.get<{ data: Record<string, number> }>('/callbacks/stats')).body.data;
    const before = await counts();
    await tell(form(), { token: 'not the token' });
    await tell(form({ AccountSid: `AC${'9'.repeat(32)}` }));
    await tell(form({ CallStatus: 'dancing' }));
    await tell(form());
    await tell(form());
    await tell(form({ CallStatus: 'ringing', SequenceNumber: '9' }));
    call = { ...call, id: randomUUID() };
    expect((await tell(form())).status).toBe(204);
    const after = await counts();
    const added = Object.fromEntries(
      Object.entries(after).map(([name, n]) => [name, n - (before[name] ?? 0)]),
    );
    expect(added).toEqual({
      applied: 1,
      duplicate: 1,
      ignored: 1,
      unknown_call: 1,
      bad_signature: 1,
      wrong_account: 1,
      nonsense: 1,
    });
  });

  it("should not let another carrier call's news end this one", async () => {
    expect((await tell(form({ CallSid: `CA${'8'.repeat(32)}` }))).status).toBe(204);
    expect(await latest()).toMatchObject({ status: 'ringing', carrierSid: call.carrierSid });
  });

  it('should refuse what makes no sense, and survive it', async () => {
    expect((await tell(form({ CallStatus: 'dancing' }))).status).toBe(400);
    expect((await tell({})).status).toBe(403);
    call = { ...call, id: 'no-id' };
    expect((await tell(form())).status).toBe(404);
  });

  it('should hang up on request, and only while there is a call', async () => {
    expect((await app.post(`/calls/${call.id}/hangup`)).status).toBe(200);
    await waitFor(async () => (await latest()).status === 'canceled', { message: 'the end of the call' });
    const placement = (await world.ledger()).placements.find((each) => each.sid === call.carrierSid);
    expect(placement?.endedAt).not.toBeNull();
    expect(await app.post(`/calls/${call.id}/hangup`)).toMatchObject({
      status: 400,
      body: { code: 'CALL_ENDED' },
    });
    expect((await app.post(`/calls/${randomUUID()}/hangup`)).status).toBe(404);
  });

  it("should answer TwiML with the agent's greeting for this lead, escaped", async () => {
    const agent = await app.post<{ data: { id: string } }>('/agents', {
      name: 'Ada & Co',
      greeting: 'Hi {{name}}, <b>{{metadata.company}}</b> from {{agent}}.',
    });
    const made = await app.post<{ data: { id: string } }>('/campaigns', { name: 'Greeting', callDelay: 0 });
    campaignId = made.body.data.id;
    await app.post(`/campaigns/${campaignId}/agents`, { agentId: agent.body.data.id, isPrimary: true });
    const [phoneNumber] = fictionalNumbers(1, 500);
    await app.post(`/campaigns/${campaignId}/leads`, {
      phoneNumber,
      name: 'Zoë',
      metadata: { company: 'A&B' },
    });
    await world.start(campaignId);
    await waitFor(async () => (await latest()).status === 'ringing', { message: 'a ringing call' });
    call = await latest();
    const answer = await tell(form({ CallStatus: 'in-progress' }), { path: 'twiml' });
    expect(answer.headers.get('content-type')).toContain('text/xml');
    expect(await answer.text()).toBe(
      '<?xml version="1.0" encoding="UTF-8"?><Response><Say>Hi Zoë, &lt;b&gt;A&amp;B&lt;/b&gt; from Ada &amp; Co.</Say><Hangup/></Response>',
    );
    expect((await tell(form(), { path: 'twiml', token: 'wrong' })).status).toBe(403);
  });
});
