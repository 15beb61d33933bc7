import { randomUUID } from 'node:crypto';
import pg from 'pg';
import twilio from 'twilio';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CampaignCountersRepository } from '../../../src/campaigns/index.js';
import { startTestApp, type TestApp } from '../../support/app.js';
import { waitFor } from '../../support/wait-for.js';
import { DialerWorld, fictionalNumbers, timesCalled } from './world.js';

interface Call {
  id: string;
  phoneNumber: string;
  carrierSid: string;
  outcome: string | null;
  events: { type: string; data: Record<string, unknown> }[];
}

interface Suppression {
  id: string;
  campaignId: string | null;
  source: string;
  reason: string;
  expiresAt: string | null;
}

const SETTINGS = { maxConcurrent: 10, callDelay: 0 };
const XML = '<?xml version="1.0" encoding="UTF-8"?>';
const GOODBYE = `${XML}<Response><Say>You will not be called again. Goodbye.</Say><Hangup/></Response>`;

describe('a key against further calls', () => {
  let app: TestApp;
  let world: DialerWorld;
  let db: pg.Client;
  let offset = 0;

  beforeAll(async () => {
    app = await startTestApp();
    world = new DialerWorld(app.url, app.simulator.url);
    db = new pg.Client({ connectionString: app.database.url });
    await db.connect();
  });

  beforeEach(async () => {
    await world.carrier({ speed: 200, ringMs: 500, talkMs: 2000, keyMs: 1000, odds: { answered: 1 } });
  });

  afterAll(async () => {
    await db.end();
    await app.close();
  });

  function numbers(count: number): string[] {
    offset += count;
    return fictionalNumbers(count, offset - count);
  }

  /** A number, and whoever has it presses these keys. */
  async function presser(keys: string): Promise<string> {
    const [number = ''] = numbers(1);
    await world.carrier({ numbers: { [number]: { keys } } });
    return number;
  }

  async function ran(optOut: object | null, wanted: string[], settings: object = {}): Promise<string> {
    const id = await world.campaign({ ...SETTINGS, ...settings, optOut }, wanted);
    await world.start(id);
    await world.until(id, 'completed');
    return id;
  }

  async function callOf(campaignId: string, number: string): Promise<Call> {
    const calls = await app.get<{ data: Call[] }>(`/campaigns/${campaignId}/calls`);
    const found = calls.body.data.find(({ phoneNumber }) => phoneNumber === number);
    return (await app.get<{ data: Call }>(`/calls/${found?.id ?? randomUUID()}`)).body.data;
  }

  async function entriesOf(number: string): Promise<Suppression[]> {
    const path = `/suppressions?phoneNumber=${encodeURIComponent(number)}`;
    return (await app.get<{ data: Suppression[] }>(path)).body.data;
  }

  async function leadOf(campaignId: string, number: string): Promise<unknown> {
    const sql = 'SELECT status, reason FROM leads WHERE campaign_id = $1 AND phone_number = $2';
    return (await db.query<object>(sql, [campaignId, number])).rows[0];
  }

  async function blockedBy(campaignId: string, number: string): Promise<string | null | undefined> {
    const sql = 'SELECT blocked_reason AS "by" FROM leads WHERE campaign_id = $1 AND phone_number = $2';
    return (await db.query<{ by: string | null }>(sql, [campaignId, number])).rows[0]?.by;
  }

  async function timesPlaced(number: string): Promise<number> {
    return timesCalled(await world.ledger()).get(number) ?? 0;
  }

  async function typedBy(number: string): Promise<string[]> {
    const ledger = (await (await fetch(`${app.simulator.url}/ledger`)).json()) as {
      placements: { to: string; typed?: { digits: string }[] }[];
    };
    const calls = ledger.placements.filter(({ to }) => to === number);
    return calls.flatMap(({ typed }) => typed ?? []).map(({ digits }) => digits);
  }

  /** What the carrier posts when a key was pressed in a call, by a person who need not be there. */
  async function press(
    call: Pick<Call, 'id' | 'carrierSid' | 'phoneNumber'>,
    digit: string,
    o: { query?: string; token?: string; form?: object; sent?: object } = {},
  ): Promise<{ status: number; text: string }> {
    const url = `${app.url}/webhooks/twilio/calls/${call.id}/keys?${o.query ?? 'digit=9&scope=all'}`;
    const { accountSid: AccountSid, authToken } = app.simulator;
    const form = { AccountSid, CallSid: call.carrierSid, To: call.phoneNumber, Digits: digit, ...o.form };
    const answer = await fetch(url, {
      method: 'POST',
      headers: {
        'X-Twilio-Signature': twilio.getExpectedTwilioSignature(o.token ?? authToken, url, form),
      },
      body: new URLSearchParams({ ...form, ...o.sent }),
    });
    return { status: answer.status, text: await answer.text() };
  }

  async function tallies(): Promise<Record<string, number>> {
    return (await app.get<{ data: Record<string, number> }>('/callbacks/stats')).body.data;
  }

  it('should take who presses it off every campaign, one that waits for the number too', async () => {
    const number = await presser('9');
    await world.carrier({ speed: 20, numbers: { [number]: { keys: '9', ringMs: 20_000 } } });
    const others = numbers(3);
    const waiting = await world.campaign({ ...SETTINGS, optOut: {} }, others);
    const first = await world.campaign(
      { ...SETTINGS, optOut: {}, retryFailed: true, retryAttempts: 3, retryDelay: 0 },
      [number, ...others.slice(1)],
    );
    await app.post(`/campaigns/${waiting}/leads`, { phoneNumber: number });
    await world.start(first);
    await waitFor(async () => (await timesPlaced(number)) === 1, { message: 'the call' });
    await world.start(waiting);
    await waitFor(async () => (await blockedBy(waiting, number)) === 'number_busy', {
      message: 'its lead waits for the number',
    });
    await Promise.all([first, waiting].map((id) => world.until(id, 'completed')));
    const later = await ran(null, [number]);

    expect(await timesPlaced(number)).toBe(1);
    expect(await typedBy(number)).toEqual(['9']);
    const call = await callOf(first, number);
    expect(call.outcome).toBe('answered');
    expect(call.events.filter(({ type }) => type === 'call.opted_out')).toMatchObject([
      { data: { digit: '9', scope: 'all' } },
    ]);
    expect(await entriesOf(number)).toMatchObject([
      {
        campaignId: null,
        source: 'keypress',
        reason: `Pressed 9 in the call ${call.id}`,
        expiresAt: null,
      },
    ]);
    expect(await leadOf(first, number)).toEqual({ status: 'completed', reason: 'opted_out' });
    expect(await leadOf(waiting, number)).toEqual({ status: 'failed', reason: 'suppressed' });
    expect(await leadOf(later, number)).toEqual({ status: 'failed', reason: 'suppressed' });
    const counters = app.app.get(CampaignCountersRepository, { strict: false });
    for (const id of [first, waiting, later]) {
      expect((await counters.read([id])).get(id)).toEqual(await counters.recount(id));
    }
  });

  it('should not take any other key for it, and begin anew after one', async () => {
    const [wrong, wrongThenRight] = [await presser('5'), await presser('5*')];
    const id = await ran({ digit: '*' }, [wrong, wrongThenRight]);
    expect(await typedBy(wrong)).toEqual(['5']);
    expect(await entriesOf(wrong)).toEqual([]);
    expect(await leadOf(id, wrong)).toEqual({ status: 'completed', reason: 'answered' });
    const { events } = await callOf(id, wrong);
    expect(events.filter(({ type }) => type === 'call.key_pressed')).toMatchObject([
      { data: { digit: '5' } },
    ]);
    expect(await typedBy(wrongThenRight)).toEqual(['5', '*']);
    expect(await entriesOf(wrongThenRight)).toHaveLength(1);
    await ran(null, [wrong, wrongThenRight]);
    expect([await timesPlaced(wrong), await timesPlaced(wrongThenRight)]).toEqual([2, 1]);
  });

  it('should hold for its campaign alone, where so wished', async () => {
    const number = await presser('9');
    const id = await ran({ scope: 'campaign' }, [number]);
    expect(await entriesOf(number)).toMatchObject([{ campaignId: id, source: 'keypress' }]);
    await db.query(`UPDATE leads SET status = 'pending', reason = NULL WHERE campaign_id = $1`, [id]);
    await world.start(id);
    await world.until(id, 'completed');
    expect(await timesPlaced(number)).toBe(1);
    expect(await leadOf(id, number)).toEqual({ status: 'failed', reason: 'suppressed' });
    await ran(null, [number]);
    expect(await timesPlaced(number)).toBe(2);
  });

  it('should count once, however often it is told, and never again once its entry was deleted', async () => {
    const [number = ''] = numbers(1);
    const id = await ran({}, [number]);
    const call = await callOf(id, number);
    const before = await tallies();
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => press(call, '9')));
    expect(answers).toEqual(answers.map(() => ({ status: 200, text: GOODBYE })));
    const [entry] = await entriesOf(number);
    expect(await leadOf(id, number)).toEqual({ status: 'completed', reason: 'opted_out' });
    const { events } = await callOf(id, number);
    expect(events.filter(({ type }) => type === 'call.opted_out')).toHaveLength(1);
    await app.delete(`/suppressions/${entry?.id ?? ''}`);
    expect(await press(call, '9')).toEqual({ status: 200, text: GOODBYE });
    expect(await entriesOf(number)).toEqual([]);
    const { applied = 0, duplicate = 0 } = await tallies();
    expect([applied - (before.applied ?? 0), duplicate - (before.duplicate ?? 0)]).toEqual([1, 5]);
  });

  it.each<[string, Parameters<typeof press>[2], number]>([
    ['forged', { token: 'not the token' }, 403],
    ['altered after signing', { form: { Digits: '5' }, sent: { Digits: '9' } }, 403],
    ["another account's", { form: { AccountSid: `AC${'9'.repeat(32)}` } }, 403],
    ['without an offer', { query: 'scope=all' }, 400],
    ['without a scope', { query: 'digit=9&scope=none' }, 400],
    ['no key', { form: { Digits: '' } }, 400],
    ['several keys', { form: { Digits: '99' } }, 400],
  ])('should refuse what is %s', async (_, how, status) => {
    const [number = ''] = numbers(1);
    const id = await ran({}, [number]);
    const call = await callOf(id, number);
    const answer = await press(call, '9', how);
    expect([answer.status, answer.text]).toEqual([status, expect.stringContaining('"success":false')]);
    expect(await entriesOf(number)).toEqual([]);
    expect((await callOf(id, number)).events).toEqual(call.events);
  });

  it('should be heard though the campaign was deleted meanwhile', async () => {
    const [everywhere = '', here = ''] = numbers(2);
    const id = await ran({}, [everywhere, here]);
    const calls = await Promise.all([callOf(id, everywhere), callOf(id, here)]);
    expect((await app.delete(`/campaigns/${id}`)).status).toBe(200);
    expect(await press(calls[0], '9')).toEqual({ status: 200, text: GOODBYE });
    expect(await press(calls[1], '9', { query: 'digit=9&scope=campaign' })).toEqual({
      status: 200,
      text: GOODBYE,
    });
    expect((await press(calls[1], '5')).status).toBe(404);
    expect(await entriesOf(everywhere)).toMatchObject([{ campaignId: null, source: 'keypress' }]);
    expect(await entriesOf(here)).toEqual([]);
    await ran(null, [everywhere, here]);
    expect([await timesPlaced(everywhere), await timesPlaced(here)]).toEqual([1, 2]);
  });

  it('should mean what was offered in the call, though the campaign offers something else by now', async () => {
    const [number = ''] = numbers(1);
    const id = await ran({}, [number]);
    await app.put(`/campaigns/${id}`, { optOut: { digit: '1', confirmation: '' } });
    expect((await press(await callOf(id, number), '9')).text).toBe(`${XML}<Response><Hangup/></Response>`);
    expect(await entriesOf(number)).toHaveLength(1);
  });

  it('should be offered after the greeting, or where the greeting has it', async () => {
    const agents = await Promise.all(
      ['Hi {{name}}.', '{{optOut}} Hi {{name}}.'].map(async (greeting) => {
        const body = { name: 'Ada', greeting };
        return (await app.post<{ data: { id: string } }>('/agents', body)).body.data.id;
      }),
    );
    const heard = await Promise.all(
      agents.map(async (agentId) => {
        const [number = ''] = numbers(1);
        const optOut = { digit: '#', prompt: 'Press {{digit}}, {{name}}.', scope: 'campaign' };
        const id = await world.campaign({ ...SETTINGS, optOut }, [number]);
        await app.post(`/campaigns/${id}/agents`, { agentId, isPrimary: true });
        await world.start(id);
        await world.until(id, 'completed');
        const call = await callOf(id, number);
        return (await press(call, '5', { query: 'digit=%23&scope=campaign' })).text.replaceAll(call.id, 'ID');
      }),
    );
    const gather =
      `<Gather numDigits="1" finishOnKey="" timeout="3" method="POST" action="${app.url}/webhooks/twilio/calls/ID/keys` +
      '?digit=%23&amp;scope=campaign#rc=5&amp;rp=all">';
    expect(heard).toEqual([
      `${XML}<Response>${gather}<Say>Hi Lead 0.</Say><Say>Press pound, Lead 0.</Say></Gather><Hangup/></Response>`,
      `${XML}<Response>${gather}<Say>Press pound, Lead 0. Hi Lead 0.</Say></Gather><Hangup/></Response>`,
    ]);
  });
});
